import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { AlarmView, CaseDetail, CaseView, DeviceView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { SeriesChart } from '../chart/series-chart.tsx'
import { term } from '../i18n/translate.ts'
import { formatValue, unitOf } from '../parts/words.ts'

/** Which of the alarms a person looks at: the newest pictures, and the newest that was measured. */
export interface EvidenceChoice {
  main: AlarmView | null
  pictures: AlarmView[]
  charted: AlarmView | null
}

export function evidenceChoice(
  detail: Pick<CaseDetail, 'evidence'> | undefined,
  one: Pick<CaseView, 'lastAlarm'>,
): EvidenceChoice {
  const evidence = [...(detail?.evidence ?? (one.lastAlarm ? [one.lastAlarm] : []))].sort(
    (a, b) => b.raisedAt - a.raisedAt,
  )
  const seen = new Set<string>()
  const pictures = evidence.filter((alarm) => {
    const { picture, pictureRemovedAt } = alarm.cause
    if ((picture ?? pictureRemovedAt) === undefined || seen.has(alarm.device)) return false
    seen.add(alarm.device)
    return true
  })
  const charted = evidence.find((alarm) => alarm.cause.property !== undefined) ?? null
  return {
    main: pictures[0] ?? evidence[0] ?? null,
    pictures: pictures.slice(0, 2),
    charted: charted ?? evidence[0] ?? null,
  }
}

const hourMs = 3_600_000
const minute = (at: number) => Math.floor(at / 60_000) * 60_000

/** An hour before the alarm to now, at most three hours; whole minutes, so that the question stays the same. */
export function chartWindow(raisedAt: number, now: number): { from: number; to: number } {
  const to = Math.max(raisedAt + 600_000, Math.min(now, raisedAt + 2 * hourMs))
  return { from: minute(raisedAt - hourMs), to: minute(to) + 60_000 }
}

interface EvidenceChartProps {
  alarm: AlarmView | null
  device: DeviceView | undefined | null
  /** Away from the desk: to the same readings beside others. */
  leadsOn?: boolean
}

export function EvidenceChart({ alarm, device, leadsOn = false }: EvidenceChartProps) {
  const { words } = useTown()
  const { t } = words
  const [openedAt] = useState(serverNow)
  const property = alarm?.cause.property ?? device?.latest[0]?.property
  const raisedAt = alarm?.cause.lastHeardAt ?? alarm?.raisedAt
  const id = alarm?.device
  const window = useMemo(
    () =>
      id !== undefined && property !== undefined && raisedAt !== undefined
        ? { device: id, property, ...chartWindow(raisedAt, openedAt) }
        : null,
    [id, property, raisedAt, openedAt],
  )
  if (!alarm) return <div className="skeleton chart" aria-busy="true" />
  if (!window || property === undefined)
    return <p className="chart-none">{t('chart.noReadings', { device: alarm.deviceName })}</p>
  const name = term(t, 'property', property)
  const level = alarm.cause.limit
  return (
    <figure className="evidence-chart">
      <figcaption className="panel-title">
        {alarm.deviceName} {name}
        <small>{unitOf(property)}</small>
        {leadsOn && (
          <Link
            className="evidence-more"
            to="/history"
            search={{ s: `${alarm.device}:${property}`, from: window.from, to: window.to }}
            aria-label={t('history.openFor', { name: `${alarm.deviceName} ${name}` })}
          >
            {t('history.open')}
          </Link>
        )}
      </figcaption>
      <SeriesChart
        window={window}
        label={t('chart.label', { device: alarm.deviceName, property: name })}
        limit={
          level === undefined
            ? undefined
            : { value: level, label: t('chart.limit', { n: formatValue(level) }) }
        }
        alarm={
          alarm.cause.property === undefined
            ? undefined
            : { at: alarm.raisedAt, severity: alarm.severity }
        }
      />
    </figure>
  )
}
