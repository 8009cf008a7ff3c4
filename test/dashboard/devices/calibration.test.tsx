import { describe, expect, test } from 'vitest'
import type { CalibrationView } from '../../../dashboard/src/api/types.ts'
import { CalibrationList } from '../../../dashboard/src/devices/calibration-dialog.tsx'
import { CalibrationForm } from '../../../dashboard/src/devices/calibration-form.tsx'
import {
  formulaOf,
  holdingNow,
  lastMeasured,
  previewOf,
  propertiesOf,
} from '../../../dashboard/src/devices/calibration-words.ts'
import { aDevice } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage, renderPart, type Scene, tenTwentyFour } from '../render.tsx'
import { aSession } from '../town-views.ts'

const day = 86_400_000

function calibration(part: Partial<CalibrationView> = {}): CalibrationView {
  return {
    property: 'pm25',
    from: tenTwentyFour - 30 * day,
    factor: 0.94,
    offset: 0.8,
    reason: '与标准站比对',
    by: '张工',
    at: tenTwentyFour - 29 * day,
    ...part,
  }
}

const older = calibration({ from: tenTwentyFour - 200 * day, factor: 1.1, offset: 0 })
const coming = calibration({ from: tenTwentyFour + day, factor: 1, offset: -2 })
const dust = { property: 'pm25', value: 33.888, unit: 'µg/m³', at: tenTwentyFour - 60_000 }
const device = aDevice({ latest: [dust] })

describe('in words and figures', () => {
  test.each([
    [{ factor: 0.94, offset: 0.8 }, '× 0.94 + 0.8 µg/m³'],
    [{ factor: 1, offset: -2 }, '− 2 µg/m³'],
    [{ factor: -1.5, offset: 0 }, '× −1.5'],
    [{ factor: 1, offset: 0 }, '× 1'],
  ])('%o is %s', (line, words) => {
    expect(formulaOf(line, 'pm25')).toBe(words)
  })

  test('what holds now is the last that has begun, one of each property', () => {
    const humid = calibration({ property: 'humidity' })
    expect(holdingNow([coming, humid, calibration(), older], tenTwentyFour)).toEqual([
      calibration(),
      humid,
    ])
    expect(holdingNow([coming], tenTwentyFour)).toEqual([])
  })

  test('a device is calibrated for what it measures, and for what it was calibrated for', () => {
    const humid = calibration({ property: 'humidity' })
    expect(propertiesOf(device, [humid])).toEqual(['pm25', 'humidity'])
    expect(propertiesOf(aDevice({ latest: [] }), [])).toEqual([])
  })

  test('what the sensor itself said is what is shown, taken back', () => {
    expect(lastMeasured(device, 'pm25', [coming, calibration(), older])).toBeCloseTo(35.2, 10)
    expect(lastMeasured(device, 'pm25', [coming])).toBe(33.888)
    expect(lastMeasured(device, 'humidity', [])).toBeUndefined()
  })

  test('the preview says what becomes of it, and whether that can be', () => {
    expect(previewOf('pm25', 35.2, { factor: 0.9, offset: 2.2 })).toEqual({
      measured: '35.2',
      value: '33.9\u2009µg/m³',
      isBeyond: false,
    })
    expect(previewOf('pm25', 35.2, { factor: -1, offset: 0 })?.isBeyond).toBe(true)
    for (const line of [{ factor: 0, offset: 1 }, { factor: 1 }, { factor: null, offset: 1 }]) {
      expect(previewOf('pm25', 35.2, line)).toBeNull()
    }
    expect(previewOf('pm25', undefined, { factor: 1, offset: 1 })).toBeNull()
  })
})

const panel = async (calibrations: readonly CalibrationView[], scene: Scene = {}) =>
  one(
    await renderPage('/devices?device=v2-pm4', {
      answers: [
        [['devices'], [device]],
        [['calibrations', 'v2-pm4'], calibrations],
      ],
      ...scene,
    }),
    'aside.device-panel',
  )

describe('the panel', () => {
  test('says that nothing is calibrated, and offers it to the administrator', async () => {
    const drawn = one(await panel([], { session: aSession('townAdmin') }), '.calibration')
    expect(textOf(drawn)).toContain('未校准，显示的就是测得值。')
    expect(all(drawn, 'button').map((button) => textOf(button).replace(' ', ''))).toEqual(['校准'])
  })

  test('says what holds and since when, in both languages', async () => {
    const zh = one(await panel([calibration(), older]), '.calibration')
    expect(textOf(zh)).toContain('细颗粒物 = 测得值 × 0.94 + 0.8 µg/m³，2026-10-22 10:24 起')
    const en = one(await panel([calibration(), older], { language: 'en' }), '.calibration')
    expect(textOf(en)).toContain('= measured × 0.94 + 0.8 µg/m³, from 2026-10-22 10:24 on')
  })

  test.each([
    ['operator', [calibration()], ['查看校准记录']],
    ['operator', [], []],
    ['viewer', [calibration()], ['查看校准记录']],
  ] as const)('a %s may look, where there is something', async (role, known, names) => {
    const drawn = one(await panel(known, { session: aSession(role) }), '.calibration')
    expect(all(drawn, 'button').map((button) => textOf(button))).toEqual(names)
  })

  test('has no such part at what measures nothing', async () => {
    const drawn = await renderPage('/devices?device=v2-pm4', {
      answers: [
        [['devices'], [aDevice({ latest: [] })]],
        [['calibrations', 'v2-pm4'], []],
      ],
    })
    expect(all(drawn, '.calibration')).toEqual([])
  })
})

describe('the dialog', () => {
  const list = (scene: Scene = {}) =>
    renderPart(
      <CalibrationList device={device} calibrations={[coming, calibration(), older]} />,
      scene,
    )

  test('lists each with its formula, time, grounds and who entered it', async () => {
    const rows = all(await list(), '.calibration-list li').map((row) => textOf(row))
    expect(rows).toHaveLength(3)
    expect(rows[0]).toContain('细颗粒物 − 2 µg/m³')
    expect(rows[1]).toContain('× 0.94 + 0.8 µg/m³')
    expect(rows[1]).toContain('2026-10-22 10:24 起')
    expect(rows[1]).toContain('张工 · 与标准站比对')
    expect(rows.map((row) => row.includes('正在用'))).toEqual([false, true, false])
  })

  test.each([
    ['townAdmin', 3],
    ['supervisor', 0],
    ['viewer', 0],
  ] as const)('a %s sees %i buttons to remove one', async (role, count) => {
    const drawn = await list({ session: aSession(role) })
    expect(all(drawn, '.calibration-list button')).toHaveLength(count)
  })

  test('says so where there is none', async () => {
    const drawn = await renderPart(<CalibrationList device={device} calibrations={[]} />, {
      language: 'en',
    })
    expect(textOf(drawn)).toContain('There is none yet.')
  })

  test('asks for property, time, factor, offset and grounds, in both languages', async () => {
    const form = <CalibrationForm device={device} calibrations={[]} />
    const zh = all(await renderPart(form), 'label').map((label) => textOf(label))
    expect(zh).toEqual(['测量项', '从哪天起', '几点（时:分）', '系数', expect.any(String), '依据'])
    const en = all(await renderPart(form, { language: 'en' }), 'label').map((one) => textOf(one))
    expect(en).toEqual([
      'Property',
      'From the day',
      'Time (HH:MM)',
      'Factor',
      expect.any(String),
      'Grounds',
    ])
  })
})
