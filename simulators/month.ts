import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { monthIn } from '../gateway/domain/evaluation.ts'
import { createObservationStore } from '../gateway/storage/observation-store.ts'
import { createSeriesFileStore } from '../gateway/storage/series-store.ts'
import { openMonthHouse } from './month/month-house.ts'
import { playMonth } from './month/play-month.ts'

/**
 * `npm run simulate -- month`: a month of the whole town into a data directory of its own, through
 * the gateway's own rules, desk and clocks, for looking at the queue and the evaluation.
 */

const help = `Plays a month of a town into a new data directory: fires, floods, false alarms, failures of
devices, reports, and the people who work on them, in time or late.

  npm run simulate -- month --data DIR [--month YYYY-MM] [--days 31] [--reports 180] [--seed 1]
                            [--town examples/town]

  --data     a folder that is not there yet, or empty
  --month    a month that is over (default: the last one)
  --days     only so many days from its beginning
  --reports  of residents, patrols and the desk, in a month of 31 days

The same seed plays the same month. Afterwards start a gateway on it and look at the evaluation:

  LIANXUN_DATA_DIR=DIR LIANXUN_ADMIN_PASSWORD=a-password-of-yours npm start
`

const timeZone = 'Asia/Shanghai'
const dayMs = 86_400_000
const tailMs = 3 * dayMs

interface Wanted {
  data: string
  month: string
  days: number
  reports: number
  seed: number
  town: string
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new Error(`--${name} must be a whole number from 1 to ${most}`)
}

/** The month before the one of `nowMs`. */
function lastMonth(nowMs: number): string {
  const now = new Date(nowMs)
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
    .toISOString()
    .slice(0, 7)
}

function wantedFrom(args: readonly string[], nowMs: number): Wanted | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: text,
      month: { ...text, default: lastMonth(nowMs) },
      days: { ...text, default: '31' },
      reports: { ...text, default: '180' },
      seed: { ...text, default: '1' },
      town: { ...text, default: join(import.meta.dirname, '..', 'examples', 'town') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { data, month, town } = values
  if (data === undefined) throw new Error('--data DIR is missing; see month --help')
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Error('--month must be YYYY-MM')
  return {
    data,
    month,
    town,
    days: wholeNumber('days', values.days, 31),
    reports: wholeNumber('reports', values.reports, 2000),
    seed: wholeNumber('seed', values.seed, 1_000_000_000),
  }
}

interface Surroundings {
  say: (text: string) => void
  nowMs: number
}

export async function playMonthFrom(
  args: readonly string[],
  { say, nowMs }: Surroundings,
): Promise<void> {
  const wanted = wantedFrom(args, nowMs)
  if (wanted === undefined) return say(help)
  const { data: directory, month, seed } = wanted
  const { startsAt, endsAt } = monthIn(month, timeZone)
  const span = { startMs: startsAt, endMs: Math.min(endsAt, startsAt + wanted.days * dayMs) }
  if (span.endMs > nowMs) throw new Error(`${month} is not over: a gateway knows no future`)
  const house = await openMonthHouse({ directory, townDirectory: wanted.town, month, timeZone })
  const { clock, db } = house
  const observations = createObservationStore({ directory, clock })
  const logged = observations.loggedSeries
  const series = createSeriesFileStore({ directory, timeZone, clock, logged })
  await observations.start()
  await series.start()
  try {
    const reports = Math.ceil((wanted.reports * (span.endMs - span.startMs)) / (31 * dayMs))
    const untilMs = Math.min(span.endMs + tailMs, nowMs)
    const { log } = observations
    const told = await playMonth({ ...house, log, span, seed, reports, untilMs, say })
    say(`${month}: ${told.observations} observations, ${told.acts} acts of people`)
    say(
      `Start a gateway on it: LIANXUN_DATA_DIR=${directory} LIANXUN_ADMIN_PASSWORD=a-password-of-yours npm start`,
    )
  } finally {
    await series.stop()
    await observations.stop()
    await db.destroy()
  }
}
