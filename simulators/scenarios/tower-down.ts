import { devicesOf } from '../town.ts'
import { minuteMs, type Play, type Scenario, type Stage } from './play.ts'

const durationMs = 25 * minuteMs
const outage = { fromMs: minuteMs, toMs: 20 * minuteMs }
/** Kinds of the sample town's rule `silent`, without the cameras, which have a line of their own. */
const watched = ['airStation', 'smokeSensor', 'weatherStation', 'waterLevelGauge', 'tiltSensor']

/**
 * The mast behind one village loses power: all its devices vanish without a word and come back.
 * Silence is counted by the gateway's own clock (15 min), so it shows in full at speed 1 only; at a
 * higher speed one sees the devices go offline and return.
 */
function stage({ devices, village, startMs }: Stage): Play {
  const behind = devicesOf(devices, village).filter((device) => device.adapter === 'mqtt')
  const ids = new Set(behind.map((device) => device.id))
  const count = behind.length
  return {
    startMs,
    endMs: startMs + durationMs,
    expects: [
      {
        rule: 'silent',
        devices: behind.filter((d) => watched.includes(d.kind)).map((d) => d.id),
      },
    ],
    moments: [],
    lines: [
      {
        atMs: startMs + outage.fromMs,
        en: `The tower of village ${village} goes down: ${count} devices vanish`,
        zh: `村 ${village} 的通信塔断电，${count} 台设备失联`,
      },
      { atMs: startMs + outage.toMs, en: 'The tower is back', zh: '通信塔恢复供电' },
    ],
    isAway(device, atMs) {
      const sinceMs = atMs - startMs
      return ids.has(device.id) && sinceMs >= outage.fromMs && sinceMs < outage.toMs
    },
  }
}

export const towerDown: Scenario = {
  name: 'tower-down',
  en: 'A tower goes down',
  zh: '通信塔中断',
  durationMs,
  defaultVillage: '990101101208',
  stage,
}
