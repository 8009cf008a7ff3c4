import { useNow } from '../../src/app/now.ts'
import { Arrow } from '../parts/arrow.tsx'
import { Button } from '../parts/button.tsx'
import { directionWord } from '../parts/far-words.ts'
import { Icon } from '../parts/icon.tsx'
import { WalkActs } from '../parts/walk-acts.tsx'
import { Progress, WalkHead } from '../parts/walk-head.tsx'
import type { Walk } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { farOf, isHere } from '../walk/direction.ts'
import { useHeading } from '../walk/use-heading.ts'
import { whenOf } from '../walk/when.ts'
import { useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** One screen for the walk: the next point, how far, and one big button. */
export function Home({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state } = usePhone()
  const open = state.tasks.filter(({ doneAt }) => doneAt === null)
  return (
    <div className="page page-walk">
      <WalkHead ways={ways} />
      <main className="walk-main">
        {open.length > 0 && (
          <Button icon="tasks" iconEnd="next" onClick={() => ways.go({ name: 'tasks' })}>
            {t('home.tasks', { n: open.length })}
          </Button>
        )}
        <Progress />
        <Card />
      </main>
      <WalkActs ways={ways}>
        <Button look="primary" isBig icon="scan" onClick={() => ways.go({ name: 'scan' })}>
          {t('home.scan')}
        </Button>
      </WalkActs>
    </div>
  )
}

function Card() {
  const { t } = useWords()
  const now = useNow()
  const { state } = usePhone()
  const { walk, day } = state
  if (!day) return <Notice title={t('home.noDay')} text={t('home.noDayText')} />
  if (!walk || !isOpen(walk, now)) return <NoRound />
  if (!walk.next) return <Notice title={t('home.allDone')} text={t('home.allDoneText')} isDone />
  return <NextPoint walk={walk} />
}

/** A round may be walked from its window on; one that is under way stays. */
function isOpen({ round }: Walk, now: number): boolean {
  return round.state === 'underWay' || (now >= round.dueFrom && now <= round.dueUntil)
}

function Notice({
  title,
  text,
  isDone = false,
}: {
  title: string
  text: string
  isDone?: boolean
}) {
  return (
    <section className={isDone ? 'card card-done card-notice' : 'card card-notice'}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  )
}

function NoRound() {
  const words = useWords()
  const { t } = words
  const { state } = usePhone()
  const now = useNow()
  const rounds = state.walk ? [state.walk.round, ...state.otherRounds] : state.otherRounds
  const next = rounds
    .filter(({ dueFrom }) => dueFrom > now)
    .toSorted((a, b) => a.dueFrom - b.dueFrom)[0]
  const zone = state.day?.town.timeZone ?? 'Asia/Shanghai'
  return (
    <section className="card card-notice">
      <h2>{t('home.noRound')}</h2>
      <p className="card-when">
        {next
          ? t('home.nextRound', { when: whenOf(next.dueFrom, now, zone, words) })
          : t('home.noMore')}
      </p>
      {next && <p>{next.name}</p>}
      <p className="second">{t('home.anyway')}</p>
    </section>
  )
}

function NextPoint({ walk }: { walk: Walk }) {
  const { t } = useWords()
  const { next } = walk
  if (!next) return null
  return (
    <section className="card">
      <p className="card-label">{t('home.next')}</p>
      <h2 className={next.name.length > 8 ? 'point-name point-name-long' : 'point-name'}>
        {next.name}
      </h2>
      <Way walk={walk} radiusM={next.radiusM} />
      {next.hint && <p className="card-hint">{next.hint}</p>}
    </section>
  )
}

function Way({ walk, radiusM }: { walk: Walk; radiusM: number }) {
  const { t } = useWords()
  const { state } = usePhone()
  const heading = useHeading()
  const { distanceM, bearing } = walk
  if (distanceM === null || bearing === null) {
    return (
      <div className="way way-none">
        <Icon name="place" size={40} />
        <p>
          {t(state.fixState === 'searching' ? 'home.fixSearching' : 'home.noFix')}
          <span className="second">
            {t(
              state.fixState === 'denied' && isSecureContext ? 'home.fixDenied' : 'home.noFixHint',
            )}
          </span>
        </p>
      </div>
    )
  }
  if (isHere(distanceM, radiusM, state.fix?.accuracyM)) {
    return (
      <div className="way">
        <span className="way-here">
          <Icon name="place" size={56} />
        </span>
        <p className="way-figure way-figure-words">{t('home.here')}</p>
      </div>
    )
  }
  const { figure, unit } = farOf(distanceM)
  return (
    <div className="way">
      <Arrow bearing={bearing} heading={heading} />
      <div>
        <p className="way-figure">
          {figure} <small>{t(`home.${unit}`)}</small>
        </p>
        <p className="way-direction">{t('home.go', { direction: directionWord(t, bearing) })}</p>
      </div>
    </div>
  )
}
