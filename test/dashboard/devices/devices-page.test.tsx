import { describe, expect, test } from 'vitest'
import type { DeviceView } from '../../../dashboard/src/api/types.ts'
import { DeviceRow, Presence } from '../../../dashboard/src/devices/device-row.tsx'
import { deviceKinds } from '../../../gateway/domain/device.ts'
import { aDevice } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, renderPart, type Scene } from '../render.tsx'
import { aSession } from '../town-views.ts'

const reading = (property: string, value: number, unit = '') => ({
  property,
  value,
  unit,
  at: now - 60_000,
})

async function row(part: Partial<DeviceView>, scene?: Scene) {
  const device = aDevice({ lastReceivedAt: now - 8_000, ...part })
  return renderPart(<DeviceRow device={device} isChosen={false} />, scene)
}

function page(devices: DeviceView[] | undefined, path = '/devices', scene: Scene = {}) {
  return renderPage(path, { ...scene, answers: devices ? [[['devices'], devices]] : [] })
}

describe('whether a device speaks', () => {
  test.each([
    [true, 'online', '在线', 'Online'],
    [false, 'offline', '离线', 'Offline'],
    [null, 'unknown', '未知', 'Unknown'],
  ] as const)('%s: shape and word', async (online, shape, zh, en) => {
    const drawn = await renderPart(<Presence online={online} />)
    expect(textOf(one(drawn, `span.is-${shape}`))).toBe(zh)
    expect(textOf(await renderPart(<Presence online={online} />, { language: 'en' }))).toBe(en)
  })
  test('when it was last heard', async () => {
    expect(textOf(one(await row({}), '.device-heard'))).toBe('8 秒前')
    expect(textOf(one(await row({}, { language: 'en' }), '.device-heard'))).toBe('8 s ago')
    expect(textOf(one(await row({ lastReceivedAt: now - 5 * 86_400_000 }), '.device-heard'))).toBe(
      '5 天前',
    )
  })
  test('never heard is not “0 seconds ago”', async () => {
    const silent = { lastReceivedAt: null, online: null, latest: [] }
    expect(textOf(one(await row(silent), '.device-heard'))).toBe('从未收到')
    expect(textOf(one(await row(silent, { language: 'en' }), '.device-heard'))).toBe('never heard')
  })
})

describe('a row', () => {
  test.each(deviceKinds)('%s has its word in both languages', async (kind) => {
    expect(textOf(one(await row({ kind }), '.device-name'))).toMatch(
      /^柳溪村空气站4\p{Script=Han}+ · /u,
    )
    expect(textOf(one(await row({ kind }, { language: 'en' }), '.device-name'))).toMatch(
      /^柳溪村空气站4[A-Z][a-z ]+ · 柳溪村$/,
    )
  })
  test('what it is for comes first, three readings at most, the battery gives way', async () => {
    const latest = [
      reading('battery', 88),
      reading('humidity', 61.25),
      reading('temperature', 17),
      reading('pm25', 35.5),
    ]
    expect(textOf(one(await row({ latest }), '.device-latest'))).toBe(
      '细颗粒物 35.5\u2009µg/m³温度 17\u2009°C湿度 61.3\u2009%',
    )
  })
  test('leads to the device; the chosen one leads back', async () => {
    expect(one(await row({}), 'a').attributes['href']).toBe('/devices?device=v2-pm4')
    const chosen = await renderPart(<DeviceRow device={aDevice()} isChosen />)
    expect(one(chosen, 'a').attributes['href']).toBe('/devices')
    expect(one(chosen, 'a').attributes['aria-current']).toBe('true')
  })
})

describe('the list', () => {
  const devices = [
    aDevice({ id: 'a', name: '柳溪村空气站10' }),
    aDevice({ id: 'b', name: '柳溪村空气站2' }),
    aDevice({ id: 'c', name: '柳溪村空气站3', online: false }),
    aDevice({ id: 'd', name: '柳溪村空气站1', online: null, lastReceivedAt: null, latest: [] }),
  ]
  test('what needs a person first, names in the order of their numbers', async () => {
    const drawn = await page(devices)
    expect(all(drawn, 'a.device-row b').map((name) => textOf(name))).toEqual([
      '柳溪村空气站3',
      '柳溪村空气站2',
      '柳溪村空气站10',
      '柳溪村空气站1',
    ])
  })
  test('the filter says how many of each', async () => {
    const filters = textOf(one(await page(devices), '.filters'))
    expect(filters).toContain('全部 4')
    expect(filters).toContain('离线 1')
    expect(filters).toContain('在线 2')
    expect(filters).toContain('未知 1')
  })
  test('who has one village is not asked which', async () => {
    const count = async (session: ReturnType<typeof aSession>) =>
      all(await page(devices, '/devices', { session }), 'input[role=combobox]').length
    expect(await count(aSession())).toBe(2)
    expect(await count(aSession('villageCadre', '990101101205'))).toBe(1)
  })
  test('a town without devices leads to those that wait to be adopted', async () => {
    const nothing = one(await page([]), '.empty')
    expect(textOf(nothing)).toBe('还没有设备。看看有没有新设备在等登记')
    expect(one(nothing, 'a').attributes['href']).toBe('/quarantine')
  })
  test('who may not open the quarantine is not sent there', async () => {
    const session = aSession('villageCadre', '990101101205')
    const nothing = one(await page([], '/devices', { session }), '.empty')
    expect(all(nothing, 'a')).toHaveLength(0)
    expect(textOf(nothing)).toBe('还没有设备。请镇管理员登记设备。')
  })
  test('while it is asked for, a skeleton', async () => {
    const drawn = await page(undefined)
    expect(all(drawn, '.device-skeleton').length).toBeGreaterThan(0)
    expect(textOf(drawn)).not.toContain('还没有设备')
  })
})

describe('one device', () => {
  const panel = async (part: Partial<DeviceView>, scene: Scene = {}) =>
    one(await page([aDevice(part)], '/devices?device=v2-pm4', scene), 'aside.device-panel')

  test('its id, kind, place and state', async () => {
    expect(textOf(one(await panel({}), 'header'))).toContain('v2-pm4 · 空气站 · 柳溪村 · 在用')
    expect(textOf(one(await panel({}, { language: 'en' }), 'header'))).toContain(
      'v2-pm4 · Air station · 柳溪村 · Active',
    )
  })
  test.each([
    ['outOfService', '停用', 'Out of service'],
    ['commissioning', '待启用', 'Commissioning'],
  ] as const)('%s is said', async (state, zh, en) => {
    expect(textOf(one(await panel({ state }), 'header'))).toContain(zh)
    expect(textOf(one(await panel({ state }, { language: 'en' }), 'header'))).toContain(en)
  })
  test('every reading a tile with its age, one of them drawn', async () => {
    const latest = [reading('battery', 88), reading('pm25', 35)]
    const drawn = await panel({ latest })
    expect(all(drawn, 'button.reading-tile').map((tile) => textOf(tile))).toEqual([
      '细颗粒物35\u2009µg/m³10:23',
      '电量88\u2009%10:23',
    ])
    expect(textOf(one(drawn, '.reading-tile[aria-pressed=true]'))).toContain('细颗粒物')
    expect(textOf(one(drawn, '.device-chart-head'))).toBe('细颗粒物µg/m³ 历史 24 小时 7 天 30 天')
  })
  test('without readings it says so and draws no empty chart', async () => {
    const drawn = await panel({ latest: [], online: null, lastReceivedAt: null })
    expect(textOf(one(drawn, '.said'))).toBe('这台设备还没有读数。')
    expect(all(drawn, '.device-chart')).toHaveLength(0)
  })
  test('an address of a device that is not there shows the list alone', async () => {
    const drawn = await page([aDevice()], '/devices?device=gone')
    expect(all(drawn, 'aside.device-panel')).toHaveLength(0)
    expect(all(drawn, 'a.device-row')).toHaveLength(1)
  })
})
