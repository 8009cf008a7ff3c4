import { timeOfDay } from '../../src/app/time.ts'
import type { Ways } from '../screens/use-screens.ts'
import { usePhone } from '../use-phone.ts'
import { dayProgress } from '../walk/day-progress.ts'
import { type Key, useWords } from '../words/words.ts'
import { Icon } from './icon.tsx'
import { Strip } from './strip.tsx'

/** The upper part of walk and tick: whose walk, how the signal is, how far it has come. */
export function WalkHead({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state } = usePhone()
  const { walk, person, otherRounds } = state
  const name = walk?.round.name ?? t('app.name')
  return (
    <>
      <header className="walk-head">
        <h1>
          {walk && otherRounds.length > 0 ? (
            <button type="button" className="walk-name" onClick={() => ways.go({ name: 'rounds' })}>
              <span>{name}</span>
              <Icon name="down" size={22} />
              <span className="sr-only">{t('home.choose')}</span>
            </button>
          ) : (
            <span className="walk-name">{name}</span>
          )}
        </h1>
        <button type="button" className="walk-team" onClick={() => ways.go({ name: 'more' })}>
          <span>{walk?.round.team ?? person?.team ?? person?.name ?? ''}</span>
          <span className="sr-only">{t('home.menu')}</span>
          <Icon name="menu" size={26} />
        </button>
      </header>
      <Strip state={state} />
    </>
  )
}

export function Progress() {
  const { t } = useWords()
  const { state } = usePhone()
  const { walk, day } = state
  if (!walk || !day) return null
  const zone = day.town.timeZone
  const progress = dayProgress(walk, day.rounds, zone)
  const beside = progress.half
    ? `${t(`home.${progress.half.part}` as Key)} ${progress.half.done}/${progress.half.all}`
    : t('home.before', { time: timeOfDay(walk.round.dueUntil, zone) })
  return (
    <section
      className="progress"
      aria-label={t('home.of', { n: progress.done, all: progress.all })}
    >
      <p className="progress-text">
        <span>{t('home.done')}</span>
        <span className="progress-count">
          <b>{progress.done}</b>/{progress.all}
        </span>
        <span className="progress-half">{beside}</span>
      </p>
      <div className="segments" aria-hidden="true">
        {progress.groups.map(({ id, done, all }) => (
          <span key={id} className="segment-group" style={{ flexGrow: all }}>
            {Array.from({ length: all }, (_, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- they are alike
              <i key={index} className={index < done ? 'is-done' : undefined} />
            ))}
          </span>
        ))}
      </div>
    </section>
  )
}
