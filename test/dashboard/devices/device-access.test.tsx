import { describe, expect, test } from 'vitest'
import type { DeviceView } from '../../../dashboard/src/api/types.ts'
import { AccessMarks } from '../../../dashboard/src/devices/device-access.tsx'
import { tryLine } from '../../../dashboard/src/devices/try-line.ts'
import { aDevice } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage, renderPart, type Scene, tenTwentyFour } from '../render.tsx'
import { aSession } from '../town-views.ts'

const blocked = { at: tenTwentyFour - 60_000, reason: '外壳被撬' }
const throttled = { since: tenTwentyFour - 120_000, messages: 12_345 }

const marks = async (part: Partial<DeviceView>, scene: Scene = {}) =>
  all(await renderPart(<AccessMarks device={aDevice(part)} />, scene), '.device-mark').map((mark) =>
    textOf(mark),
  )

const panel = async (part: Partial<DeviceView>, scene: Scene = {}) =>
  one(
    await renderPage('/devices?device=v2-pm4', {
      answers: [[['devices'], [aDevice(part)]]],
      ...scene,
    }),
    'aside.device-panel',
  )

describe('marks', () => {
  test('none on a device that speaks as it should', async () => {
    expect(await marks({ oldSecretUntil: tenTwentyFour })).toEqual([])
  })
  test('words in both languages', async () => {
    expect(await marks({ blocked, throttled })).toEqual(['已封禁', '已限流'])
    expect(await marks({ blocked, throttled }, { language: 'en' })).toEqual([
      'Blocked',
      'Throttled',
    ])
  })
})

describe('the panel', () => {
  test('says why and since when', async () => {
    const notes = one(await panel({ blocked, throttled }), '.device-notes')
    expect(textOf(notes)).toContain('10:23 起封禁：外壳被撬')
    expect(textOf(notes)).toContain('10:22 起发得太快，已放慢读取；12,345 条晚到，一条不丢。')
  })
  test('says until when the old secret opens', async () => {
    const oldSecretUntil = tenTwentyFour + 7 * 86_400_000
    const notes = one(await panel({ oldSecretUntil }, { language: 'en' }), '.device-notes')
    expect(textOf(notes)).toContain('The old secret opens until')
    expect(textOf(notes)).toContain('10:24')
  })
  test('has nothing to say of an ordinary device', async () => {
    expect(all(await panel({}), '.device-notes')).toEqual([])
  })
  test.each([
    ['townAdmin', ['更换密钥', '封禁设备']],
    ['supervisor', []],
    ['operator', []],
    ['viewer', []],
  ] as const)('buttons of a %s', async (role, names) => {
    const drawn = await panel({}, { session: aSession(role) })
    expect(all(drawn, '.device-acts button').map((button) => textOf(button))).toEqual(names)
  })
  test('a blocked device can be let in again', async () => {
    const drawn = await panel({ blocked }, { session: aSession('townAdmin') })
    expect(all(drawn, '.device-acts button').map((button) => textOf(button))).toEqual([
      '更换密钥',
      '解除封禁',
    ])
  })
})

describe('the line to try a secret', () => {
  const device = { id: 'v2-pm4', village: '990101101202' }
  const rotated = { secret: 'abc_-123', oldSecretUntil: null, mqttPort: 1884 }
  test('logs in under a client id of the device and says that it is there', () => {
    expect(tryLine(device, rotated, 'town.example')).toBe(
      "mosquitto_pub -h town.example -p 1884 -q 1 -i v2-pm4-try -u v2-pm4 -P 'abc_-123' -t lianxun/990101101202/v2-pm4/status -m online",
    )
  })
  test('is none behind an outside broker', () => {
    expect(tryLine(device, { ...rotated, mqttPort: null }, 'town.example')).toBeNull()
  })
})
