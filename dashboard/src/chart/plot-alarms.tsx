import { Link } from '@tanstack/react-router'
import { Popover } from 'antd'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { type AlarmMark, alarmMarks } from './alarm-marks.ts'
import type { PlotAlarm } from './draw-plot.ts'
import type { Layout } from './plot-layout.ts'
import type { View } from './plot-series.ts'

const markPixels = 18
/** More in one list nobody reads; closer up they stand apart. */
const mostListed = 8

interface PlotAlarmsProps {
  alarms: readonly PlotAlarm[]
  view: View
  layout: Layout
}

/** The alarms of that time above the picture, each with its name and the way to its case. */
export function PlotAlarms({ alarms, view, layout }: PlotAlarmsProps) {
  const { t } = useTown().words
  const marks = alarmMarks(alarms, view, { width: layout.right - layout.left, apart: markPixels })
  if (marks.length === 0) return null
  return (
    <ul className="plot-alarms" aria-label={t('history.alarms')}>
      {marks.map((mark) => (
        <li key={mark.alarms[0]?.id} style={{ left: layout.left + mark.x - markPixels / 2 }}>
          <AlarmSpot mark={mark} />
        </li>
      ))}
    </ul>
  )
}

function AlarmSpot({ mark }: { mark: AlarmMark }) {
  const { t } = useTown().words
  const describe = useDescribed()
  const [first] = mark.alarms
  if (!first) return null
  const badge = <Badge severity={mark.severity} size={markPixels} decorative />
  const only = mark.alarms.length === 1 ? first.case : null
  const name =
    mark.alarms.length === 1 ? describe(first) : t('history.alarmCount', { n: mark.alarms.length })
  return (
    <Popover
      content={<AlarmList alarms={mark.alarms} />}
      trigger={only === null ? ['hover', 'click', 'focus'] : ['hover', 'focus']}
      placement="bottom"
    >
      {only === null ? (
        <button type="button" className="plot-alarm" aria-label={name}>
          {badge}
        </button>
      ) : (
        <Link className="plot-alarm" to="/cases/$id" params={{ id: only }} aria-label={name}>
          {badge}
        </Link>
      )}
    </Popover>
  )
}

function useDescribed() {
  const { words, zone } = useTown()
  const now = useNow()
  const { t } = words
  return ({ name, severity, from, to }: PlotAlarm) =>
    [
      t(`severity.${severity}.long`),
      name,
      to === null
        ? t('history.alarmSince', { time: shortTime(from, now, zone) })
        : `${shortTime(from, now, zone)}–${shortTime(to, now, zone)}`,
    ].join(' · ')
}

function AlarmList({ alarms }: { alarms: readonly PlotAlarm[] }) {
  const { t } = useTown().words
  const describe = useDescribed()
  const shown = alarms.slice(-mostListed).toReversed()
  return (
    <ul className="plot-alarm-list">
      {shown.map((alarm) => (
        <li key={alarm.id}>
          <Badge severity={alarm.severity} size={18} decorative />
          <span>{describe(alarm)}</span>
          {alarm.case !== null && (
            <Link to="/cases/$id" params={{ id: alarm.case }}>
              {t('history.toCase')}
            </Link>
          )}
        </li>
      ))}
      {alarms.length > shown.length && (
        <li className="second">{t('history.alarmMore', { n: alarms.length - shown.length })}</li>
      )}
    </ul>
  )
}
