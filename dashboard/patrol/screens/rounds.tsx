import { useNow } from '../../src/app/now.ts'
import { timeOfDay } from '../../src/app/time.ts'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import type { DayRound } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { whenOf } from '../walk/when.ts'
import { useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** Several rounds a day: which one is walked. */
export function Rounds({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  const { walk, otherRounds } = state
  const rounds = [...(walk ? [walk.round] : []), ...otherRounds].toSorted(
    (a, b) => a.dueFrom - b.dueFrom,
  )
  return (
    <Page title={t('rounds.title')} onBack={ways.back}>
      {rounds.length === 0 && <h2 className="ask">{t('rounds.none')}</h2>}
      <ul className="rows">
        {rounds.map((round) => (
          <li key={round.id}>
            <button
              type="button"
              className={round.id === walk?.round.id ? 'row row-chosen' : 'row'}
              aria-pressed={round.id === walk?.round.id}
              onClick={() => {
                acts.chooseRound(round.id)
                ways.home()
              }}
            >
              <Round
                round={round}
                visited={round.id === walk?.round.id ? walk.visited : round.visited}
              />
              {round.id === walk?.round.id && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </Page>
  )
}

function Round({ round, visited }: { round: DayRound; visited: number }) {
  const words = useWords()
  const { t } = words
  const now = useNow()
  const { state } = usePhone()
  const zone = state.day?.town.timeZone ?? 'Asia/Shanghai'
  const from = whenOf(round.dueFrom, now, zone, words)
  return (
    <span className="row-text">
      <b>{round.name}</b>
      <span>
        {from} – {timeOfDay(round.dueUntil, zone)}
      </span>
      <span className="second">
        {round.team} · {t(`round.${round.state}`)} ·{' '}
        {t('rounds.count', { n: visited, all: round.points.length })}
      </span>
    </span>
  )
}
