import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { measureSeries } from './series.ts'
import { measureLog, rateWithoutRollUps, rateWithRollUps } from './series-ingest.ts'
import { measureServer, type SeriesServer } from './series-servers.ts'
import { measureYears } from './series-years.ts'
import { median, ms, type Result, rate } from './table.ts'

/** What is measured of the time series, and the goals beside it. */

export interface SeriesParts {
  quick: boolean
  rounds: number
  tell: (result: Result) => void
}

const servers = ['influxd', 'victoria-metrics'] as const satisfies SeriesServer[]

/** Of the first three timings of a year, ms. */
const yearGoals: readonly (number | undefined)[] = [5, 60, 20]

export function seriesParts({ quick, rounds, tell }: SeriesParts) {
  async function series(folder: string): Promise<void> {
    const directory = join(folder, 'series')
    await mkdir(directory, { recursive: true })
    const result = await measureSeries(directory, quick ? 1_000_000 : 8_000_000)
    const rows = `${(result.rows / 1e6).toFixed(1)} M rows`
    tell({
      what: `30-day chart of one series, ${rows}`,
      figure: `p95 ${ms(result.oneP95Ms)}`,
      beside: `written at ${rate(result.writtenPerSecond)} with roll-ups`,
      goal: '<= 5 ms',
      met: result.oneP95Ms <= 5,
    })
    const village = {
      what: `the same of a village, 200 series`,
      figure: ms(result.villageMs),
      beside: '',
    }
    tell({ ...village, goal: '<= 60 ms', met: result.villageMs <= 60 })
  }

  async function seriesIngest(folder: string): Promise<void> {
    const rows = quick ? 500_000 : 3_000_000
    const withRollUps: number[] = []
    const without: number[] = []
    const alone: number[] = []
    const followed: number[] = []
    for (let round = 0; round < rounds; round++) {
      const at = (name: string) => join(folder, `${name}-${round}`)
      without.push(await rateWithoutRollUps(at('without'), rows))
      withRollUps.push(await rateWithRollUps(at('with'), rows))
      alone.push((await measureLog(at('alone'), { rows, follow: false })).perSecond)
      followed.push((await measureLog(at('followed'), { rows, follow: true })).perSecond)
    }
    const ratio = median(withRollUps) / median(without)
    tell({
      what: 'series with roll-ups',
      figure: rate(median(withRollUps)),
      beside: `${(ratio * 100).toFixed(0)} % of single readings alone ${rate(median(without))}`,
      goal: '>= 80 %',
      met: ratio >= 0.8,
    })
    const cost = median(followed) / median(alone)
    tell({
      what: 'log while the series follow it, flat out',
      figure: rate(median(followed)),
      beside: `${(cost * 100).toFixed(0)} % of the log alone ${rate(median(alone))}`,
      goal: '>= 80 %',
      met: cost >= 0.8,
    })
  }

  async function seriesYears(folder: string): Promise<void> {
    const directory = join(folder, 'years')
    await mkdir(directory, { recursive: true })
    const result = await measureYears(directory, quick ? 5_000_000 : 52_000_000)
    const rows = `${(result.rows / 1e6).toFixed(1)} M readings over 13 months`
    for (const [i, { what, p50Ms, p95Ms }] of result.timings.entries()) {
      const goal = yearGoals[i]
      tell({
        what,
        figure: `p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)}`,
        beside: rows,
        goal: goal === undefined ? '' : `p95 <= ${goal} ms`,
        met: goal === undefined ? undefined : p95Ms <= goal,
      })
    }
    tell({
      what: 'dropping a month',
      figure: ms(result.dropMs),
      beside: `compacting one to hours and days ${ms(result.compactMs)}`,
      goal: '<= 100 ms',
      met: result.dropMs <= 100,
    })
    const others: string[] = []
    const month = { rows: quick ? 1_000_000 : 8_000_000, from: Date.now() - 30 * 86_400_000 }
    for (const name of servers) {
      const { bytesPerReading } = await measureServer(name, folder, { ...month, to: Date.now() })
      others.push(`${name} ${bytesPerReading.toFixed(1)}`)
    }
    tell({
      what: 'bytes a reading, with hours and days',
      figure: result.bytesPerReading.toFixed(1),
      beside: `${others.join(', ')}; written at ${rate(result.writtenPerSecond)}, memory ${result.memoryMb.toFixed(0)} MB`,
      goal: '',
      met: undefined,
    })
  }

  return { series, 'series-ingest': seriesIngest, 'series-years': seriesYears }
}
