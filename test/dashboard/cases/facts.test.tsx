import { describe, expect, test } from 'vitest'
import type { AlarmView } from '../../../dashboard/src/api/types.ts'
import { Facts } from '../../../dashboard/src/cases/facts.tsx'
import type { Language } from '../../../dashboard/src/i18n/translate.ts'
import { aCase, anAlarm } from '../case-views.ts'
import { all, textOf } from '../markup.ts'
import { renderPart } from '../render.tsx'

const thin = '\u2009'

async function cells(alarm: AlarmView | null, language: Language = 'zh', counts = {}) {
  const drawn = await renderPart(<Facts alarm={alarm} one={aCase(counts)} />, { language })
  return all(drawn, 'dl.facts')[0]?.children.map((cell) => textOf(cell)) ?? []
}

const cause = (part: AlarmView['cause'], other: Partial<AlarmView> = {}) =>
  anAlarm({ cause: part, ...other })

describe('is it true: one strip a kind of cause', () => {
  test('a limit crossed', async () => {
    expect(await cells(cause({ property: 'smoke', value: 7.5, limit: 5 }))).toEqual([
      `实测 7.5${thin}%/m 烟雾 · 松林村林火烟感2`,
      `报警线 5${thin}%/m 林火烟感报警`,
      '并入报警 1 条 1 条仍在报警',
    ])
  })
  test('a rise names the rise that was the limit', async () => {
    expect(
      await cells(cause({ property: 'tilt', value: 2.6, limit: 2 }, { ruleName: '边坡位移' })),
    ).toEqual(expect.arrayContaining([`报警线 2${thin}° 边坡位移`]))
  })
  test('an excess shows the neighbours and by how much', async () => {
    const alarm = cause({ property: 'pm25', value: 128, neighbours: 34, limit: 109 })
    expect(await cells(alarm)).toEqual([
      `实测 128${thin}µg/m³ 细颗粒物 · 松林村林火烟感2`,
      `邻站中位 34${thin}µg/m³ 高出 94`,
      `报警线 109${thin}µg/m³ 林火烟感报警`,
      '并入报警 1 条 1 条仍在报警',
    ])
    expect((await cells(alarm, 'en'))[1]).toBe(`Neighbours 34${thin}µg/m³ 94 above them`)
  })
  test('a sight shows how sure and in which direction, and that one line is no place', async () => {
    const alarm = cause({ event: 'smoke', confidence: 0.87, bearingDeg: 56 })
    expect(await cells(alarm)).toEqual([
      '识别 烟 · 0.87 松林村林火烟感2',
      '方位 56.0° 单线，只知方向',
      '并入报警 1 条 1 条仍在报警',
    ])
    expect((await cells(alarm, 'en')).slice(0, 2)).toEqual([
      'Recognised Smoke · 0.87 松林村林火烟感2',
      'Bearing 56.0° one line: direction only',
    ])
  })
  test('two cameras: the other line is named, and nobody calls it a single one', async () => {
    const alarm = cause({ event: 'smoke', confidence: 0.87, bearingDeg: 56 })
    const other = cause(
      { event: 'smoke', confidence: 0.81, bearingDeg: 304.5 },
      { deviceName: '马鞍村高空瞭望1' },
    )
    const drawn = await renderPart(<Facts alarm={alarm} other={other} one={aCase()} />)
    expect(textOf(all(drawn, 'dl.facts')[0]?.children[1] ?? '')).toBe(
      '方位 56.0° 马鞍村高空瞭望1 304.5°',
    )
  })
  test('a sight without a bearing does not invent one', async () => {
    const strip = await cells(cause({ event: 'fire', confidence: 0.5 }))
    expect(strip[0]).toContain('明火 · 0.50')
    expect(strip.join(' ')).not.toContain('方位')
  })
  test('silence says when it was last heard, in the town’s time', async () => {
    const alarm = cause({ lastHeardAt: Date.UTC(2026, 10, 21, 1, 43) })
    expect((await cells(alarm))[0]).toBe('最后读数 09:43 松林村林火烟感2')
    expect((await cells(alarm, 'en'))[0]).toBe('Last heard 09:43 松林村林火烟感2')
  })
  test('a call for help has no confidence', async () => {
    expect((await cells(cause({ event: 'help' })))[0]).toBe('识别 求助 松林村林火烟感2')
    expect((await cells(cause({ event: 'help' }), 'en'))[0]).toContain('Recognised Help')
  })
})

describe('how many agree', () => {
  test('some still active', async () =>
    expect((await cells(null, 'zh', { alarms: 5, active: 2 })).at(-1)).toBe(
      '并入报警 5 条 2 条仍在报警',
    ))
  test('all cleared is said, not left empty', async () => {
    expect((await cells(null, 'zh', { alarms: 1, active: 0 })).at(-1)).toContain('都已恢复')
    expect((await cells(null, 'en', { alarms: 1, active: 0 })).at(-1)).toContain('all cleared')
  })
  test('without an alarm the strip is the count alone', async () =>
    expect(await cells(null)).toHaveLength(1))
})
