import { describe, expect, test } from 'vitest'
import { windowOf } from '../../../dashboard/src/history/history-search.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { aDevice } from '../case-views.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { foreign } from '../one-language.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aComparison, aMark, anImport, anItem, aThreshold, marks } from './series-views.ts'

const minute = 60_000
const air = aDevice({ latest: [{ property: 'pm25', value: 41, unit: 'µg/m³', at: now - 41_000 }] })
const smoke = aDevice({
  id: 'v5-smoke2',
  name: '松林村林火烟感2',
  kind: 'smokeSensor',
  village: '990101101205',
  latest: [
    { property: 'smoke', value: 0.4, unit: '%/m', at: now - 90_000 },
    { property: 'temperature', value: 18, unit: '°C', at: now - 90_000 },
  ],
})
const devices = [air, smoke]
const { from, to } = windowOf({}, now)
const keys = ['v2-pm4:pm25', 'v5-smoke2:smoke']
const picked = `/history?s=${encodeURIComponent(keys.join(','))}`

const comparison = aComparison({
  series: [
    {
      device: 'v2-pm4',
      property: 'pm25',
      unit: 'µg/m³',
      points: [3, 2, 1].map((ago, i) => [now - ago * minute, 30 + i * 10]),
    },
    { device: 'v5-smoke2', property: 'smoke', unit: '%/m', points: [] },
  ],
})
const beside = marks({ thresholds: [aThreshold()], alarms: [aMark({ from: now - minute })] })

const answers: NonNullable<Scene['answers']> = [
  [['devices'], devices],
  [['comparison', keys, from, to, 'auto'], comparison],
  [['series-marks', keys, from, to], beside],
]

describe('compare', () => {
  test('nothing picked says what to do; devices stand by village with what they measure', async () => {
    const drawn = await renderPage('/history', { answers })
    expect(textOf(one(drawn, '.history-nothing'))).toContain('还没有选要看的读数。')
    expect(all(drawn, '.history-pick-list h3').map((head) => textOf(head))).toEqual([
      '柳溪村',
      '松林村',
    ])
    expect(all(drawn, '.history-pick').map((button) => textOf(button))).toEqual([
      '细颗粒物',
      '温度',
      '烟雾',
    ])
    expect(all(drawn, '.history-acts')).toHaveLength(0)
  })
  test('no devices yet: it says when there will be some', async () => {
    const drawn = await renderPage('/history', { answers: [[['devices'], []]] })
    expect(textOf(one(drawn, '.history-picker'))).toContain('还没有设备有读数。')
  })
  test('what is picked is pressed, with its number', async () => {
    const drawn = await renderPage(picked, { answers })
    const pressed = all(drawn, '.history-pick[aria-pressed=true]')
    expect(pressed.map((button) => textOf(button))).toEqual(['1 细颗粒物', '2 烟雾'])
    expect(textOf(one(drawn, '.history-picked'))).toContain('2 / 20')
  })
  test('the picture has a name, can be reached by keys, and says how it is moved', async () => {
    const plot = one(await renderPage(picked, { answers }), '.plot')
    expect(plot.attributes['tabindex']).toBe('0')
    expect(nameOf(plot)).toMatch(/^2 条曲线。/)
  })
  test('figures of each line stand in a table; what said nothing has none', async () => {
    const drawn = await renderPage(picked, { answers })
    const rows = all(drawn, '.history-legend tbody tr').map((row) => textOf(row))
    expect(rows[0]).toBe('1柳溪村空气站4 细颗粒物µg/m³41 10:23304050')
    expect(rows[1]).toBe('2松林村林火烟感2 烟雾%/m0.4 10:22–––')
    expect(one(drawn, '.history-legend caption')).toBeDefined()
  })
  test('what is switched off stays in the table', async () => {
    const drawn = await renderPage(`${picked}&off=${encodeURIComponent('v5-smoke2:smoke')}`, {
      answers,
    })
    const switches = all(drawn, '.history-legend th button')
    expect(switches.map(({ attributes }) => attributes['aria-pressed'])).toEqual(['true', 'false'])
    expect(nameOf(one(drawn, '.plot'))).toMatch(/^1 条曲线。/)
  })
  test('it says which time, how finely, and how old the newest is', async () => {
    const said = textOf(one(await renderPage(picked, { answers }), '.history-said'))
    expect(said).toContain('2026-11-20 10:24 – 2026-11-21 10:24')
    expect(said).toContain('3 条读数，逐条画出')
    expect(said).toContain('最新读数 41 秒前')
  })
  test('a table of what is shown is a plain link', async () => {
    const link = one(await renderPage(picked, { answers }), '.history-acts a')
    const [path, query] = (link.attributes['href'] ?? '').split('?')
    expect(path).toBe('/api/v1/series/export')
    const asked = new URLSearchParams(query)
    expect(asked.getAll('device')).toEqual(['v2-pm4', 'v5-smoke2'])
    expect(asked.getAll('property')).toEqual(['pm25', 'smoke'])
    expect(asked.get('format')).toBe('csv')
  })
  test('a time without readings says so', async () => {
    const empty = { ...comparison, series: comparison.series.map((s) => ({ ...s, points: [] })) }
    const scene = answers.map(([key, answer]) =>
      key[0] === 'comparison' ? ([key, empty] as const) : ([key, answer] as const),
    )
    const drawn = await renderPage(picked, { answers: scene })
    expect(textOf(one(drawn, '.history-chart'))).toContain('这段时间里没有读数')
  })
  test('while it is asked for the picture’s place is kept', async () => {
    const drawn = await renderPage(picked, { answers: [[['devices'], devices]] })
    expect(all(drawn, '.history-waiting[aria-busy=true]')).toHaveLength(1)
  })
  test('an end that is now cannot be moved later; reset waits for something to undo', async () => {
    const arrows = all(await renderPage(picked, { answers }), '.history-arrows button')
    const isDisabled = ({ attributes }: (typeof arrows)[number]) =>
      attributes['disabled'] !== undefined
    expect(arrows.map((button) => isDisabled(button))).toEqual([false, true, true])
  })
})

const overviewKey = ['series-overview', '990101101', 'air', from, to]
const items = [
  anItem({ latest: [now - minute, 6.5] }),
  anItem({
    device: 'v2-pm4',
    deviceName: '柳溪村空气站4',
    village: '990101101202',
    property: 'pm25',
    unit: 'µg/m³',
    latest: null,
    points: [],
  }),
]
const surveyed: NonNullable<Scene['answers']> = [
  [['devices'], devices],
  [overviewKey, { resolution: 'hour', items }],
  [
    ['series-marks', ['v5-smoke2:smoke', 'v2-pm4:pm25'], to - minute, to],
    marks({ thresholds: [aThreshold()] }),
  ],
]

describe('overview', () => {
  test('a small chart for each device, by property', async () => {
    const drawn = await renderPage('/history?tab=overview', { answers: surveyed })
    expect(all(drawn, '.history-groups h2').map((head) => textOf(head))).toEqual([
      '细颗粒物同一刻度 0–1 µg/m³',
      '烟雾同一刻度 0–5 %/m · 1 个超线',
    ])
    expect(all(drawn, '.small-plot')).toHaveLength(2)
  })
  test('beyond its limit: severity by shape and word, and which limit', async () => {
    const card = one(
      await renderPage('/history?tab=overview', { answers: surveyed }),
      '.small-card.is-orange',
    )
    expect(textOf(card)).toContain('6.5')
    expect(textOf(card)).toContain('林火烟感报警：高于 5')
    expect(all(card, '.badge')).toHaveLength(1)
    expect(card.attributes['href']).toBe('/history?s=v5-smoke2%3Asmoke')
  })
  test('nothing of this class says what to do', async () => {
    const nothing = [[overviewKey, { resolution: 'hour', items: [] }]] as const
    const drawn = await renderPage('/history?tab=overview', {
      answers: [...nothing, [['devices'], []]],
    })
    expect(textOf(one(drawn, '.empty'))).toContain('换一类或换一个范围')
  })
  test('a village’s own people are not asked for a village', async () => {
    const session = aSession('villageCadre', '990101101205')
    const drawn = await renderPage('/history?tab=overview', { answers: surveyed, session })
    expect(all(drawn, '.history-place')).toHaveLength(0)
  })
})

const imports = [
  anImport(),
  anImport({ id: 'b', state: 'checking', progress: 0.4, readings: 0 }),
  anImport({
    id: 'c',
    state: 'refused',
    errors: [{ row: 3, column: 'value', text: 'x' }],
    errorCount: 120,
  }),
  anImport({ id: 'd', state: 'failed', problem: 'x', leftOut: 24 }),
]

describe('files', () => {
  const filed: NonNullable<Scene['answers']> = [
    [['devices'], devices],
    [['series-imports'], imports],
  ]
  const open = (session = aSession('townAdmin'), answers = filed) =>
    renderPage('/history?tab=files', { session, answers })
  test('imports say how far they are, and what is wrong row by row', async () => {
    const drawn = await open()
    const rows = all(drawn, '.sheet [data-row]').map((row) => textOf(row))
    expect(rows[0]).toContain('1,234')
    expect(one(drawn, '.history-import .history-progress').attributes['aria-valuenow']).toBe('40')
    expect(rows[2]).toContain('没有写入：120 处不对')
    expect(rows[2]).toContain('第 3 行 · value：x')
    expect(rows[2]).toContain('还有 119 处')
    expect(rows[3]).toContain('24 行小时值')
  })
  test('none yet says where to begin', async () =>
    expect(textOf(await open(aSession('townAdmin'), [[['series-imports'], []]]))).toContain(
      '先导出一份看看列名怎么写',
    ))
  test.each(roles)('%s', async (role: Role) => {
    const drawn = await open(aSession(role))
    expect(all(drawn, '.history-export')).toHaveLength(1)
    expect(all(drawn, '.history-drop')).toHaveLength(role === 'townAdmin' ? 1 : 0)
  })
})

describe('one language a page', () => {
  const everything = [...answers, ...surveyed, [['series-imports'], imports] as const]
  test.each(['/history', picked, '/history?tab=overview', '/history?tab=files'])(
    '%s',
    async (path) => {
      const scene = { session: aSession('townAdmin'), answers: everything }
      expect(await foreign(path, 'zh', scene)).toEqual([])
      expect(await foreign(path, 'en', scene)).toEqual([])
      const nothing = { session: aSession('townAdmin'), answers: [] }
      expect(await foreign(path, 'zh', nothing)).toEqual([])
      expect(await foreign(path, 'en', nothing)).toEqual([])
    },
  )
})
