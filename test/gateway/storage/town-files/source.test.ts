import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  openYaml,
  parseGeoJson,
  parseList,
  parseRows,
  unknownTops,
} from '../../../../gateway/storage/town-files/source.ts'

const shape = z.object({
  id: z.string(),
  name: z.string().max(20, 'is too long'),
  note: z.string().optional(),
})
const rows = (text: string) => parseRows('x.csv', text, shape)

describe('rows of a CSV file', () => {
  it('are counted as an editor does: the heading is 1, and empty lines count', () => {
    const { rows: found } = rows('id,name\na,A\n\n\nb,B\n')
    expect(found.map(({ at }) => at)).toEqual(['x.csv row 2', 'x.csv row 5'])
  })

  it('name the row and column of each thing that is wrong', () => {
    const { rows: found, problems } = rows(`id,name\n,A\nb,${'x'.repeat(21)}\nc,C\n`)
    expect(found.map(({ value }) => value.id)).toEqual(['c'])
    expect(problems).toEqual([
      'x.csv row 2, column id: is missing',
      'x.csv row 3, column name: is too long',
    ])
  })

  const same: [string, string][] = [
    ['as Unix writes it', 'id,name\na,A\nb,B\n'],
    ['as Windows writes it', 'id,name\r\na,A\r\nb,B\r\n'],
    ['with both kinds of line ends', 'id,name\r\na,A\nb,B\r\n'],
    ['with the other first', 'id,name\na,A\r\nb,B'],
    ['with the mark that Excel puts in front', '\uFEFFid,name\na,A\nb,B\n'],
    ['without an end of line', 'id,name\na,A\nb,B'],
    ['with spaces around', ' id , name \n a , A \n b , B \n'],
    ['with quotes', '"id","name"\n"a","A"\n"b","B"\n'],
    ['columns the other way round', 'name,id\nA,a\nB,b\n'],
    ['with an empty column', 'id,name,note\na,A,\nb,B,\n'],
    ['with commas left off', 'id,name,note\na,A\nb,B\n'],
  ]
  it.each(same)('%s', (_, text) => {
    const { rows: found, problems } = rows(text)
    expect(problems).toEqual([])
    expect(found.map(({ value }) => value)).toEqual([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ])
  })

  const headings: [string, string, string[]][] = [
    [
      'nothing at all',
      '',
      ['x.csv row 1, column id: is missing', 'x.csv row 1, column name: is missing'],
    ],
    [
      'a column too many',
      'id,name,nmae\n',
      ['x.csv row 1, column nmae: unknown; known are id, name, note'],
    ],
    ['a column twice', 'id,name,name\n', ['x.csv row 1, column name: stands there twice']],
    [
      'another separator',
      'id;name\na;A\n',
      [
        'x.csv row 1, column id;name: unknown; known are id, name, note',
        'x.csv row 1, column id: is missing',
        'x.csv row 1, column name: is missing',
      ],
    ],
  ]
  it.each(headings)('a heading with %s says so, once and not for each row', (_, text, expected) => {
    expect(rows(text)).toEqual({ rows: [], problems: expected })
  })

  it('take the apostrophe off a formula, and leave any other', () => {
    const { rows: found } = rows("id,name\na,'=1+2\nb,'quoted'\nc,''=1\n")
    expect(found.map(({ value }) => value.name)).toEqual(['=1+2', "'quoted'", "'=1"])
  })

  it('of a file that is no CSV are a problem, not a crash', () => {
    const { problems } = rows('id,name\n"a,A\n')
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^x\.csv: is no CSV: /)
  })
})

const item = z.strictObject({ id: z.string(), size: z.number().max(9, 'is too big') })

describe('lists of a YAML file', () => {
  it('name the row in which the wrong value stands, not that of its item', () => {
    const text = 'things:\n  - id: a\n    size: 3\n  - id: b\n    size: 30\n  - id: c\n'
    const { rows: found, problems } = parseList(openYaml('x.yaml', text), 'things', item)
    expect(found).toEqual([{ value: { id: 'a', size: 3 }, at: 'x.yaml row 2' }])
    expect(problems).toEqual([
      'x.yaml row 5, column size: is too big',
      'x.yaml row 6, column size: is missing',
    ])
  })

  it('that are not there say nothing', () => {
    for (const text of ['', 'others: []\n', '# only a comment\n']) {
      expect(parseList(openYaml('x.yaml', text), 'things', item)).toEqual({
        rows: [],
        problems: [],
      })
    }
  })

  it.each([
    ['things: 5\n', 'x.yaml row 1, column things: must be a list'],
    ['others: 1\nthings:\n  id: a\n', 'x.yaml row 3, column things: must be a list'],
    ['things: null\n', 'x.yaml row 1, column things: must be a list'],
  ])('%j is no list', (text, problem) => {
    expect(parseList(openYaml('x.yaml', text), 'things', item).problems).toEqual([problem])
  })

  it('of broken YAML say where it broke', () => {
    const { problems } = openYaml('x.yaml', 'things:\n  - { id: a\n  - b: [\n')
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem).toMatch(/^x\.yaml row \d+: \S/)
  })

  it('a key twice in one item is told, not silently the last', () => {
    const { problems } = openYaml('x.yaml', 'things:\n  - id: a\n    id: b\n')
    expect(problems.join()).toMatch(/row 3.*unique/)
  })

  it('unknown names at the top are told with their row', () => {
    const yaml = openYaml('x.yaml', 'things: []\nthnigs: []\n')
    expect(unknownTops(yaml, ['things'])).toEqual(['x.yaml row 2, column thnigs: unknown'])
    for (const text of ['', '[]\n', 'word\n', '5\n']) {
      const problems = unknownTops(openYaml('x.yaml', text), ['things'])
      expect(problems).toEqual(['x.yaml row 1: must have things at its top'])
    }
  })
})

describe('features of a GeoJSON file', () => {
  const feature = z.object({ id: z.string() })
  it('are counted from 1', () => {
    const text = '\uFEFF{"features":[{"id":"a"},{"id":5},{}]}'
    const { rows: found, problems } = parseGeoJson('x.geojson', text, feature)
    expect(found).toEqual([{ value: { id: 'a' }, at: 'x.geojson feature 1' }])
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^x\.geojson feature 2, column id: /)
    expect(problems[1]).toBe('x.geojson feature 3, column id: is missing')
  })

  it.each(['', '{', '[', 'nonsense', 'null', '5', '[]', '"x"', '{"features":{}}', '{}'])(
    '%j is a problem, not a crash',
    (text) => {
      const { problems } = parseGeoJson('x.geojson', text, feature)
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatch(
        /^x\.geojson: (is no JSON: (Unexpected|Expected)|must be a GeoJSON)/,
      )
    },
  )
})
