import type { ReactNode } from 'react'
import { useTown } from '../app/town.ts'
import { DayCalendar } from '../parts/day-calendar.tsx'
import type { ReachRow } from './reach.ts'

interface ReachCalendarProps {
  days: readonly string[]
  /** Its column; -1: not among them. */
  today: number
  rows: readonly ReachRow[]
  by: 'point' | 'team'
  choice: ReactNode
}

export function ReachCalendar({ days, today, rows, by, choice }: ReachCalendarProps) {
  const { t } = useTown().words
  const ofPoints = by === 'point'
  return (
    <DayCalendar
      days={days}
      today={today}
      rows={rows}
      label={t(ofPoints ? 'reach.table' : 'reach.tableTeams')}
      corner={t(`reach.${by}`)}
      legend={
        <>
          {choice}
          <span className="second">{t(ofPoints ? 'reach.legend' : 'reach.legendTeams')}</span>
        </>
      }
      kindWord={(kind) => t(`reach.legend.${kind}`)}
      say={({ name, missed, excused }, { at, dashed: day, done, planned }) =>
        missed
          ? t('reach.cellTeam', {
              name,
              day,
              planned,
              done,
              missed: missed[at] ?? 0,
              excused: excused?.[at] ?? 0,
            })
          : t('reach.cell', { name, day, planned, visited: done })
      }
    />
  )
}
