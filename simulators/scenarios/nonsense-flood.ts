import { uniform } from '../random.ts'
import { devicesOf } from '../town.ts'
import { type Moment, minuteMs, type Play, type Scenario, type Stage } from './play.ts'

/**
 * One station has lost its mind: broken JSON, wrong units, NaN, the year 1970, huge arrays. All of
 * it must end in quarantine with a reason, none of it may become an alarm, and nobody else's
 * messages may be late for it.
 */

const durationMs = 3 * minuteMs
const everyMs = 150
const manyReadings = 2000

type Nonsense = (atMs: number, dice: number) => string | Uint8Array

const nonsense: Nonsense[] = [
  (_at, dice) => `{"readings":{"pm25":${Math.round(dice * 90)}`,
  () => '',
  () => 'pm25=41.5',
  (at) => `{"ts":${at},"readings":{"pm25":NaN}}`,
  (at) => JSON.stringify({ ts: at, readings: { pm25: '41.5 µg/m³' } }),
  // Milligrams, nanograms, kelvin: plausible numbers in a wrong unit.
  (at, dice) => JSON.stringify({ ts: at, readings: { pm25: 41_500 + Math.round(dice * 100) } }),
  (at) => JSON.stringify({ ts: at, readings: { temperature: 294.3 } }),
  (at) => JSON.stringify({ ts: at, readings: { humidity: 1013.2 } }),
  (_at, dice) => JSON.stringify({ ts: Math.round(dice * 1e6), readings: { pm25: 40 } }),
  () => JSON.stringify({ ts: '1970-01-01T00:00:07Z', readings: { pm25: 40 } }),
  () => JSON.stringify({ ts: '2099-12-31T23:59:59Z', readings: { pm25: 40 } }),
  (at) => JSON.stringify({ ts: at, readings: { gamma: 0.1 } }),
  (at) => JSON.stringify({ ts: at, readings: { pm25: null, __proto__x: 1 } }),
  (at) =>
    JSON.stringify(
      Array.from({ length: manyReadings }, (_, i) => ({ ts: at - i, readings: { pm25: -1 } })),
    ),
  () => '['.repeat(5000),
  (_at, dice) => Uint8Array.from({ length: 200 }, (_, i) => (i * 37 + dice * 255) & 0xff),
]

function flood(device: Moment['device'], startMs: number, seed: number): Moment[] {
  const from = startMs + 0.5 * minuteMs
  const count = Math.floor((2 * minuteMs) / everyMs)
  return Array.from({ length: count }, (_, i) => {
    const atMs = from + i * everyMs
    const make = nonsense[i % nonsense.length] as Nonsense
    return {
      atMs,
      device,
      channel: 'telemetry' as const,
      compose: () => make(atMs, uniform(seed, `nonsense:${i}`)),
    }
  })
}

function stage({ devices, village, seed, startMs }: Stage): Play {
  const device = devicesOf(devices, village, 'airStation')[0]
  if (!device) throw new Error(`no air station in village ${village}: choose another --village`)
  const moments = flood(device, startMs, seed)
  return {
    startMs,
    endMs: startMs + durationMs,
    expects: [],
    moments,
    lines: [
      {
        atMs: startMs + 0.5 * minuteMs,
        en: `${device.id} starts to talk nonsense: ${moments.length} messages`,
        zh: `${device.name}开始发送乱码，共 ${moments.length} 条`,
      },
      { atMs: startMs + 2.5 * minuteMs, en: `${device.id} is sane again`, zh: '该设备恢复正常' },
    ],
  }
}

export const nonsenseFlood: Scenario = {
  name: 'nonsense-flood',
  en: 'A flood of nonsense from one device',
  zh: '单台设备的乱码洪流',
  durationMs,
  defaultVillage: '990101101201',
  stage,
}
