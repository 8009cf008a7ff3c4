import type { CaseDetail, CaseView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { lastVisit, roundNow, useNearestPoint, useRoundsToday } from '../patrols/nearest-point.ts'
import { distanceWords } from './distance.ts'

export function LocationFacts({ one, detail }: { one: CaseView; detail: CaseDetail | undefined }) {
  const town = useTown()
  const { t } = town.words
  const where = one.grid === null ? town.place(one.village) : town.place(one.grid)
  const assist =
    detail && detail.assist.length > 0 ? detail.assist.join(t('list.comma')) : t('where.none')
  return (
    <div className="location-facts">
      <section>
        <h2 className="panel-title">{t('where.title')}</h2>
        <dl className="pairs">
          <dt>{t('where.position')}</dt>
          <dd>
            {one.lon.toFixed(5)}, {one.lat.toFixed(5)}
          </dd>
          <dt>{t('where.place')}</dt>
          <dd>{where}</dd>
          <dt>{t('where.device')}</dt>
          <dd>{one.lastAlarm?.deviceName ?? t('where.none')}</dd>
        </dl>
      </section>
      <section>
        <h2 className="panel-title">{t('who.title')}</h2>
        <dl className="pairs">
          <dt>{t('who.unit')}</dt>
          <dd>{detail?.unit ?? '…'}</dd>
          <dt>{t('who.assist')}</dt>
          <dd>{assist}</dd>
          <dt>{t('who.tier')}</dt>
          <dd>{t(`tier.${one.tier}`)}</dd>
          <Nearest one={one} />
        </dl>
      </section>
    </div>
  )
}

/** The patrol point beside it, who walks there now, and when somebody was there last. */
function Nearest({ one }: { one: CaseView }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const nearest = useNearestPoint(one)
  const rounds = useRoundsToday()
  if (nearest === null) return null
  const { point, metres } = nearest
  const round = roundNow(rounds, point.id, now)
  const lastAt = lastVisit(rounds, point.id)
  const walked = [
    round &&
      t('where.nearestRoundWords', {
        team: round.team,
        n: round.visited,
        all: round.points.length,
      }),
    lastAt !== null && t('where.nearestLast', { time: shortTime(lastAt, now, zone) }),
  ].filter(Boolean)
  return (
    <>
      <dt>{t('where.nearest')}</dt>
      <dd className="nearest-point">
        {t('where.nearestWords', { name: point.name, distance: distanceWords(t, metres) })}
      </dd>
      {walked.length > 0 && (
        <>
          <dt>{t('where.nearestRound')}</dt>
          <dd>{walked.join(' · ')}</dd>
        </>
      )}
    </>
  )
}
