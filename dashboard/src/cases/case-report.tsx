import { Link } from '@tanstack/react-router'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf, shortTime, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { PictureRow } from '../parts/pictures.tsx'

/** What people reported, in their words: of this case, and of those that were merged into it. */

export function CaseReport({ detail }: { detail: CaseDetail }) {
  const { words, zone } = useTown()
  const { t } = words
  if (detail.text === null && detail.pictures.length === 0) return null
  const removedAt = detail.timeline.find(({ act }) => act === 'opened')?.facts['picturesRemovedAt']
  return (
    <section className="case-report">
      <h2 className="panel-title">
        {t('report.title')}
        <small>{t(`source.${detail.source}`)}</small>
      </h2>
      {detail.text !== null && <p className="case-report-text">{detail.text}</p>}
      <PictureRow ids={detail.pictures} />
      {typeof removedAt === 'number' && (
        <p className="second">{t('pictures.removed', { day: dayOf(removedAt, zone) })}</p>
      )}
    </section>
  )
}

export function MergedReports({ detail }: { detail: CaseDetail }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = serverNow()
  if (detail.merged.length === 0) return null
  return (
    <section className="merged-reports">
      <h2 className="panel-title">
        {t('merged.title')}
        <small>{t('alarms.count', { n: detail.merged.length })}</small>
      </h2>
      <ul>
        {detail.merged.map((one) => (
          <li key={one.id}>
            <p className="merged-head">
              <Link to="/cases/$id" params={{ id: one.id }}>
                {one.number}
              </Link>
              <span className="second">{t(`source.${one.source}`)}</span>
              <time title={stamp(one.openedAt, zone)}>{shortTime(one.openedAt, now, zone)}</time>
            </p>
            <p>{one.text ?? one.title}</p>
            <PictureRow ids={one.pictures} />
          </li>
        ))}
      </ul>
    </section>
  )
}
