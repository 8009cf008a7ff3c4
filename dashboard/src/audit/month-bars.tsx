import { useTown } from '../app/town.ts'
import { formatBytes } from '../parts/bytes.ts'
import { type MonthBar, shownBars, sumOf } from './retention-days.ts'

interface MonthBarsProps {
  /** What they are of. */
  name: string
  bars: readonly MonthBar[]
  /** What a bar of full height takes: the same in all rows, so that rows can be compared. */
  most: number
}

/** What one class takes on the disk, month by month, and in all. */
export function MonthBars({ name, bars, most }: MonthBarsProps) {
  const { t } = useTown().words
  const shown = shownBars(bars)
  const all = sumOf(bars)
  const [from, to] = [shown[0]?.month, shown.at(-1)?.month]
  if (all === 0 || from === undefined || to === undefined) {
    return <span className="second">{t('retention.onDiskNone')}</span>
  }
  const size = formatBytes(all)
  return (
    <div className="month-bars">
      <span className="figure">{size}</span>
      <div role="img" aria-label={t('retention.onDiskLabel', { name, from, to, size })}>
        {shown.map(({ month, bytes }) => (
          <span
            key={month}
            title={t('retention.onDiskMonth', { month, size: formatBytes(bytes) })}
            className={bytes === 0 ? 'is-none' : ''}
          >
            <i style={{ height: `${(bytes / most) * 100}%` }} />
          </span>
        ))}
      </div>
    </div>
  )
}
