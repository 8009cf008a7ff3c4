import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MonthHouse, openMonthHouse } from '../../../simulators/month/month-house.ts'
import { type MonthTold, playMonth } from '../../../simulators/month/play-month.ts'
import { memoryLog } from '../pipeline/correlation-bench.ts'

/** A month of the sample town as the simulator plays it, with the holiday of October. */

export const playedMonth = '2026-10'
export const monthStart = Date.UTC(2026, 8, 30, 16)
export const monthEnd = Date.UTC(2026, 9, 31, 16)

/** One Saturday is worked for the holiday. */
const calendar = {
  restDays: ['01', '02', '05', '06', '07'].map((one) => `2026-10-${one}`),
  workDays: ['2026-10-10'],
}

export interface PlayedMonth extends MonthHouse {
  told: MonthTold
  close(): Promise<void>
}

export async function playSampleMonth(seed: number, reports: number): Promise<PlayedMonth> {
  const base = await mkdtemp(join(tmpdir(), 'lianxun-month-'))
  const opened = await openMonthHouse({
    directory: join(base, 'data'),
    townDirectory: join(import.meta.dirname, '../../../examples/town'),
    month: playedMonth,
    timeZone: 'Asia/Shanghai',
  })
  const house = { ...opened, town: { ...opened.town, calendar } }
  const told = await playMonth({ ...house, log: memoryLog(), seed, reports })
  return {
    ...house,
    told,
    async close() {
      await house.db.destroy()
      await rm(base, { recursive: true, force: true })
    },
  }
}
