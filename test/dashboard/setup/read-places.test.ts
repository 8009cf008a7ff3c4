import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { placeProblem } from '../../../dashboard/src/setup/places-preview.tsx'
import { readPlaces } from '../../../dashboard/src/setup/read-places.ts'

const [zh, en] = [createTranslate('zh'), createTranslate('en')]
const ring = [
  [106.6, 29.1],
  [106.7, 29.1],
  [106.7, 29.2],
  [106.6, 29.1],
]

interface Part {
  code?: unknown
  name?: unknown
  level?: unknown
  parent?: unknown
  geometry?: unknown
}

function feature({ geometry = { type: 'Polygon', coordinates: [ring] }, ...properties }: Part) {
  return { type: 'Feature', properties, geometry }
}

const town = { code: '990101101', name: '云岭镇', level: 'town', parent: null }
const village = { code: '990101101205', name: '松林村', level: 'village', parent: '990101101' }
const grid = { code: '990101101205002', name: '二网格', level: 'grid', parent: '990101101205' }

const read = (...parts: Part[]) =>
  readPlaces(JSON.stringify({ type: 'FeatureCollection', features: parts.map(feature) }))
const told = (...parts: Part[]) =>
  read(...parts).problems.map((problem) => placeProblem(problem, zh))

describe('a file of boundaries', () => {
  test('the sample town is read whole', () => {
    const text = readFileSync(
      new URL('../../../examples/town/places.geojson', import.meta.url),
      'utf8',
    )
    const { places, problems } = readPlaces(text)
    expect(problems).toEqual([])
    const count = (level: string) => places.filter((place) => place.level === level).length
    expect([count('town'), count('village'), count('grid')]).toEqual([1, 8, 48])
  })
  test('numbers as codes are taken as they are meant', () =>
    expect(read(town, { ...village, code: 990101101205, parent: 990101101 }).places).toHaveLength(
      2,
    ))
  test('several polygons make one place', () => {
    const geometry = { type: 'MultiPolygon', coordinates: [[ring], [ring]] }
    expect(read({ ...town, geometry }).problems).toEqual([])
  })
})

describe('what is wrong is told feature by feature', () => {
  test.each<[string, Part[], string[]]>([
    ['no name', [town, { ...village, name: ' ' }], ['第 2 个要素：缺少名称']],
    [
      'an unknown level',
      [town, { ...village, level: 'hamlet' }],
      ['第 2 个要素（松林村）：级别要是镇街、村或网格'],
    ],
    [
      'a short code',
      [town, { ...village, code: '9901011012' }],
      ['第 2 个要素（松林村）：编码要是 12 位数字'],
    ],
    [
      'letters in a code',
      [{ ...town, code: '99010110x' }],
      ['第 1 个要素（云岭镇）：编码要是 9 位数字'],
    ],
    [
      'a code twice',
      [town, village, village],
      ['第 3 个要素（松林村）：编码 990101101205 前面已经用过'],
    ],
    [
      'a parent that is missing',
      [town, grid],
      ['第 2 个要素（二网格）：上级 990101101205 不在文件里'],
    ],
    [
      'no parent',
      [town, { ...village, parent: null }],
      ['第 2 个要素（松林村）：上级 – 不在文件里'],
    ],
    [
      'a code of another family',
      [town, { ...village, code: '990102101205' }],
      ['第 2 个要素（松林村）：编码要以上级的编码 990101101 开头'],
    ],
    ['a town below something', [{ ...town, parent: '1' }], ['第 1 个要素（云岭镇）：镇街没有上级']],
    [
      'two towns',
      [town, { ...town, code: '990101102', name: '别镇' }],
      ['第 2 个要素（别镇）：只能有一个镇街，前面已有云岭镇'],
    ],
    [
      'no town',
      [village].map((one) => ({ ...one, parent: one.code })),
      ['缺少镇街：要有一个级别为镇街的要素'],
    ],
    ['no boundary', [{ ...town, geometry: null }], ['第 1 个要素（云岭镇）：边界要是闭合的多边形']],
    [
      'a point',
      [{ ...town, geometry: { type: 'Point', coordinates: [106, 29] } }],
      ['第 1 个要素（云岭镇）：边界要是闭合的多边形'],
    ],
    [
      'an open ring',
      [{ ...town, geometry: { type: 'Polygon', coordinates: [[...ring.slice(0, 3), [1, 1]]] } }],
      ['第 1 个要素（云岭镇）：边界要是闭合的多边形'],
    ],
    [
      'latitude first',
      [
        {
          ...town,
          geometry: { type: 'Polygon', coordinates: [ring.map(([lon, lat]) => [lat, lon])] },
        },
      ],
      ['第 1 个要素（云岭镇）：坐标不是先经度后纬度'],
    ],
  ])('%s', (_name, parts, words) => expect(told(...parts)).toEqual(words))

  test('nothing of a file with a mistake is drawn', () =>
    expect(read(town, { ...village, name: '' }).places).toEqual([]))
})

describe('a file that is none', () => {
  test.each([
    ['not JSON', '{"type":', '不是可读的地理数据文件，请检查是否完整'],
    ['a single feature', JSON.stringify(feature(town)), '最外层要是要素集合'],
    ['null', 'null', '最外层要是要素集合'],
    ['empty', '{"type":"FeatureCollection","features":[]}', '文件里没有任何要素'],
    ['too large', ' '.repeat(900_001), '文件太大，请简化边界后再试（不超过 900 千字节）'],
  ])('%s', (_name, text, words) =>
    expect(readPlaces(text).problems.map((problem) => placeProblem(problem, zh))).toEqual([words]),
  )
  test('whatever it is, it is told in words of either language and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), (features) => {
        const { problems } = readPlaces(JSON.stringify({ type: 'FeatureCollection', features }))
        for (const problem of problems) {
          expect(placeProblem(problem, zh)).not.toMatch(/\{\w+\}/)
          expect(placeProblem({ ...problem, name: null }, en)).not.toMatch(/\p{Script=Han}/u)
        }
      }),
    )
  })
})
