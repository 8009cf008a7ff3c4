import { describe, expect, test } from 'vitest'
import type { PlaceView } from '../../../dashboard/src/api/types.ts'
import { durationWords } from '../../../dashboard/src/i18n/language.ts'
import { createTranslate, type Language } from '../../../dashboard/src/i18n/translate.ts'
import {
  alarmFacts,
  caseTitle,
  describeCause,
  formatValue,
  inPropertyOrder,
  rowTitle,
  withUnit,
} from '../../../dashboard/src/parts/words.ts'
import { aCase, anAlarm } from '../case-views.ts'

function wordsIn(language: Language) {
  const t = createTranslate(language)
  return { language, t, durations: durationWords(t) }
}
const [zh, en] = [wordsIn('zh'), wordsIn('en')]
const zone = 'Asia/Shanghai'
const boundary = { type: 'Polygon' as const, coordinates: [] }
const places: PlaceView[] = [
  { code: '990101101205', name: '松林村', level: 'village', parent: '990101101', boundary },
  {
    code: '990101101205002',
    name: '松林村第二网格',
    level: 'grid',
    parent: '990101101205',
    boundary,
  },
]

const cause = (part: ReturnType<typeof anAlarm>['cause']) => anAlarm({ cause: part })

describe('values', () => {
  test.each([
    [81, '81'],
    [6.3, '6.3'],
    [0.87, '0.87'],
    [182.53, '183'],
    [12.34, '12.3'],
    [-0.5, '-0.5'],
    [159.68, '160'],
    [299.6, '300'],
    [-0.004, '0'],
  ])('%d is %s', (value, text) => expect(formatValue(value)).toBe(text))
  test('units as in the field', () => expect(withUnit(81, 'pm25')).toBe('81\u2009µg/m³'))
  test('the property a device is for comes first', () => {
    const latest = ['battery', 'pm25', 'temperature'].map((property) => ({ property }))
    expect(inPropertyOrder(latest).map((one) => one.property)).toEqual([
      'pm25',
      'temperature',
      'battery',
    ])
  })
})

describe('causes', () => {
  test.each([
    [
      { property: 'smoke', value: 6.3, limit: 5 },
      '烟雾 6.3\u2009%/m（限 5）',
      'Smoke 6.3\u2009%/m (limit 5)',
    ],
    [
      { property: 'pm25', value: 128, neighbours: 34, limit: 109 },
      '细颗粒物 128\u2009µg/m³，高出邻站 94',
      'Fine dust 128\u2009µg/m³, 94 above neighbours',
    ],
    [
      { event: 'smoke', confidence: 0.87, bearingDeg: 56 },
      '烟 0.87、方位 56.0°',
      'Smoke 0.87, bearing 56.0°',
    ],
    [{ event: 'help' }, '求助', 'Help'],
    [{ lastHeardAt: Date.UTC(2026, 10, 21, 1, 43) }, '最后读数 09:43', 'last heard 09:43'],
    [{}, '没有附带读数', 'no reading attached'],
  ])('%o', (part, inChinese, inEnglish) => {
    expect(describeCause(zh, cause(part), zone)).toBe(inChinese)
    expect(describeCause(en, cause(part), zone)).toBe(inEnglish)
  })
  test('facts are cells, not a sentence', () => {
    const facts = alarmFacts(
      zh,
      cause({ property: 'pm25', value: 128, neighbours: 34, limit: 109 }),
      zone,
    )
    expect(facts.map((fact) => fact.label)).toEqual([
      'fact.measured',
      'fact.neighbours',
      'fact.limit',
    ])
    expect(facts[1]?.note).toBe('高出 94')
  })
})

describe('titles', () => {
  test('the gateway’s own in Chinese', () =>
    expect(caseTitle(zh, aCase(), places)).toBe('松林村第二网格 疑似森林火情'))
  test('composed in English', () =>
    expect(caseTitle(en, aCase(), places)).toBe('Forest fire · 松林村第二网格'))
  test('short in a row', () => {
    expect(rowTitle(zh, aCase(), places)).toBe('松林村 疑似森林火情')
    expect(rowTitle(en, aCase(), places)).toBe('Forest fire · 松林村')
  })
})
