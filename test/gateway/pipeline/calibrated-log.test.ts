import { expect, it } from 'vitest'
import type { Calibration } from '../../../gateway/domain/calibration.ts'
import type { LogEntry, Observation } from '../../../gateway/domain/observation.ts'
import { createCalibratedLog } from '../../../gateway/pipeline/calibrated-log.ts'
import type { Calibrations } from '../../../gateway/ports/calibrations.ts'
import type { ObservationLog } from '../../../gateway/ports/observation-store.ts'

function logOf(entries: LogEntry[]): ObservationLog {
  return {
    append: async (observations) => ({ stored: observations.length }),
    read: async (after, limit) => entries.filter(({ seq }) => seq > after).slice(0, limit),
    head: async () => entries.length,
    probe: async () => {},
    changed: async () => {},
  }
}

function calibrationsOf(history: Calibration[]): Calibrations {
  const mine = new Map([['pm25' as const, history]])
  return { of: () => history, ofDevice: (device) => (device === 'a' ? mine : undefined) }
}

const at = (observedAt: number) => ({ observedAt, receivedAt: 99 })
const dust = (device: string, time: number, value: number): Observation => ({
  kind: 'reading',
  device,
  property: 'pm25',
  value,
  ...at(time),
})
const entries = [
  dust('a', 9, 10),
  dust('a', 10, 10),
  dust('b', 10, 10),
  { kind: 'status', device: 'a', online: true, ...at(11) } as const,
  { ...dust('a', 12, 50), property: 'humidity' } as Observation,
].map((observation, index) => ({ seq: index + 1, observation }))

function valuesOf(read: readonly LogEntry[]) {
  return read.map(({ observation }) => (observation.kind === 'reading' ? observation.value : null))
}

it('each reading is by the calibration of its own time, and of its own property', async () => {
  const history = [{ device: 'a', property: 'pm25', from: 10, factor: 2, offset: 0.5 } as const]
  const log = createCalibratedLog(logOf(entries), calibrationsOf(history))
  expect(valuesOf(await log.read(0, 10))).toEqual([10, 20.5, 10, null, 50])
  expect(valuesOf(await log.read(1, 1))).toEqual([20.5])
  const [before, after] = await log.read(0, 2)
  expect(before?.observation).not.toHaveProperty('measured')
  expect(after?.observation).toMatchObject({ value: 20.5, measured: 10 })
})

it('the log’s own entries stay as measured', async () => {
  const history = [{ device: 'a', property: 'pm25', from: 0, factor: 2, offset: 0 } as const]
  const before = structuredClone(entries)
  const inner = logOf(entries)
  await createCalibratedLog(inner, calibrationsOf(history)).read(0, 10)
  expect(await inner.read(0, 10)).toEqual(before)
})

it('what changes is seen at the next reading', async () => {
  const history: Calibration[] = []
  const log = createCalibratedLog(logOf(entries), calibrationsOf(history))
  expect(valuesOf(await log.read(1, 1))).toEqual([10])
  history.push({ device: 'a', property: 'pm25', from: 0, factor: 3, offset: 0 })
  expect(valuesOf(await log.read(1, 1))).toEqual([30])
})

it('everything else is the log itself', async () => {
  const log = createCalibratedLog(logOf(entries), calibrationsOf([]))
  expect(await log.head()).toBe(5)
  expect(await log.append([dust('a', 1, 1)])).toEqual({ stored: 1 })
})
