import { describe, expect, test } from 'vitest'
import { Lanes } from '../../../dashboard/src/console/lanes.tsx'
import { aDetail, aDevice, anAlarm } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPart } from '../render.tsx'
import { anEntry } from '../town-views.ts'

const minute = 60_000
const camera = aDevice({ id: 'v7-cam1', name: '双桥村瞭望1', kind: 'camera' })

function lanes(part: Parameters<typeof aDetail>[0], language: 'zh' | 'en' = 'zh') {
  const detail = aDetail({ openedAt: now - 12 * minute, dueAt: null, evidence: [], ...part })
  return renderPart(<Lanes one={detail} detail={detail} devices={[camera]} />, { language, now })
}

const smoke = anAlarm({ raisedAt: now - 12 * minute })
const sight = anAlarm({
  id: 'sight',
  device: 'v7-cam1',
  deviceName: '双桥村瞭望1',
  raisedAt: now - 5 * minute,
  cause: { event: 'smoke', confidence: 0.87, bearingDeg: 56 },
})

describe('the course on one axis', () => {
  test('who noticed: sensors, cameras, the desk', async () => {
    const drawn = await lanes({
      evidence: [smoke, sight],
      timeline: [anEntry({ at: now - 2 * minute })],
    })
    expect(all(drawn, '.lane').map((lane) => all(lane, '.lane-mark').length)).toEqual([1, 1, 1])
    expect(all(drawn, '.lane-words').map((words) => textOf(words))).toEqual([
      '松林村林火烟感2 烟雾 7.5\u2009%/m（限 5）',
      '双桥村瞭望1 烟 0.87、方位 56.0°',
      '值守员甲 受理',
    ])
    expect(textOf(one(drawn, '.lane-names'))).toBe('传感器摄像机值守')
  })
  test('in English', async () => {
    const drawn = await lanes({ evidence: [sight], timeline: [] }, 'en')
    expect(textOf(one(drawn, '.lane-names'))).toBe('SensorsCamerasDesk')
    expect(textOf(one(drawn, '.lane-words'))).toBe('双桥村瞭望1 Smoke 0.87, bearing 56.0°')
  })
  test('each mark tells its moment on hover', async () => {
    const drawn = await lanes({ evidence: [smoke] })
    expect(one(drawn, '.lane-mark').attributes['title']).toMatch(/^10:12:00 松林村林火烟感2 烟雾/)
  })
  test('a stretch lasts as long as the alarm did', async () => {
    const cleared = { ...smoke, clearedAt: now - 6 * minute }
    const stretch = async (alarm: typeof smoke) =>
      Number(
        /width:([\d.]+)%/.exec(
          one(await lanes({ evidence: [alarm] }), '.lane-stretch').attributes['style'] ?? '',
        )?.[1],
      )
    expect(await stretch(cleared)).toBeCloseTo((await stretch(smoke)) / 2, 0)
  })
  test('the deadline of the step is on it while it is near', async () => {
    expect(all(await lanes({ dueAt: now + minute }), '.lane-due')).toHaveLength(1)
    expect(all(await lanes({ dueAt: now + 600 * minute }), '.lane-due')).toHaveLength(0)
  })
})

describe('the times under it', () => {
  const ticks = async (spent: number) =>
    all(await lanes({ openedAt: now - spent }), '.lane-tick i').map((tick) => textOf(tick))

  test('round minutes within the hour', async () => {
    const shown = await ticks(12 * minute)
    expect(shown.length).toBeGreaterThan(3)
    expect(shown.every((tick) => /^10:\d\d$/.test(tick))).toBe(true)
  })
  test('over days each is another day', async () => {
    const shown = await ticks(5 * 1440 * minute)
    expect(shown.every((tick) => /^11-\d\d$/.test(tick))).toBe(true)
    expect(new Set(shown).size).toBe(shown.length)
  })
  test('a course that began yesterday says so in its heading', async () => {
    const drawn = await lanes({ openedAt: now - 20 * 60 * minute })
    expect(textOf(one(drawn, 'h2'))).toMatch(/^警情经过11-20 \d\d:\d\d – /)
  })
})

test('before the file is there, the lanes stand empty', async () => {
  const unread = aDetail()
  const drawn = await renderPart(<Lanes one={unread} detail={undefined} devices={[]} />)
  expect(all(drawn, '.lane')).toHaveLength(3)
  expect(all(drawn, '.lane-mark')).toHaveLength(0)
})
