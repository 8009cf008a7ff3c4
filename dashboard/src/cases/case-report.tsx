import { Link } from '@tanstack/react-router'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf, shortTime, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { PictureRow } from '../parts/pictures.tsx'
import { VoiceRow } from '../parts/voices.tsx'

/** What people reported, in their words: of this case, and of those that were merged into it. */

/** Whether people told it, in words, pictures or by voice. */
export function isReported({ source, text, pictures, voices }: CaseDetail): boolean {
  return source === 'patrol' || text !== null || pictures.length > 0 || voices.length > 0
}

/** A phone sends the report first, and what is large when the line allows. */
function isAwaited({ text, pictures, voices, timeline }: CaseDetail): boolean {
  const opened = timeline.find(({ act }) => act === 'opened')?.facts ?? {}
  const isGone = 'picturesRemovedAt' in opened || 'voiceRemovedAt' in opened
  return text === null && pictures.length === 0 && voices.length === 0 && !isGone
}

export function CaseReport({ detail }: { detail: CaseDetail }) {
  const { words, zone } = useTown()
  const { t } = words
  if (!isReported(detail)) return null
  const opened = detail.timeline.find(({ act }) => act === 'opened')?.facts
  const removedAt = opened?.['picturesRemovedAt']
  const voiceRemovedAt = opened?.['voiceRemovedAt']
  return (
    <section className="case-report">
      <h2 className="panel-title">
        {t('report.title')}
        <small>{t(`source.${detail.source}`)}</small>
      </h2>
      {detail.text !== null && <p className="case-report-text">{detail.text}</p>}
      {isAwaited(detail) && <p className="second">{t('report.nothingYet')}</p>}
      <VoiceRow voices={detail.voices} />
      <PictureRow ids={detail.pictures} />
      {typeof removedAt === 'number' && (
        <p className="second">{t('pictures.removed', { day: dayOf(removedAt, zone) })}</p>
      )}
      {typeof voiceRemovedAt === 'number' && (
        <p className="second">{t('voices.removed', { day: dayOf(voiceRemovedAt, zone) })}</p>
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
