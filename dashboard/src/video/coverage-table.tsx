import type { VideoCoverageView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { DayCalendar } from '../parts/day-calendar.tsx'

interface CoverageTableProps {
  days: readonly string[]
  cameras: VideoCoverageView['cameras']
  /** Its column; -1: not among them. */
  today: number
}

export function CoverageTable({ days, cameras, today }: CoverageTableProps) {
  const { t } = useTown().words
  return (
    <DayCalendar
      days={days}
      today={today}
      rows={cameras.map(({ looked, ...camera }) => ({ ...camera, done: looked }))}
      label={t('coverage.table')}
      corner={t('coverage.camera')}
      legend={<span className="second">{t('coverage.legend')}</span>}
      kindWord={(kind) => t(`coverage.legend.${kind}`)}
      say={({ name }, { dashed: day, done, planned }) =>
        t('coverage.cell', { camera: name, day, looked: done, planned })
      }
    />
  )
}
