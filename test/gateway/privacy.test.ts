import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as mqttConfig from '../../adapters/mqtt/config.ts'
import { isPersonal } from '../../gateway/domain/personal.ts'
import * as townFiles from '../../gateway/storage/town-files/shapes.ts'
import { type House, openHouse } from './http/house.ts'
import { sayOnce } from './http/on-air.ts'

/**
 * Nothing in the house is made for faces, number plates or registers of persons: no table, no
 * column, no field of the API, no setting of an adapter, no column of a town's files. Whoever adds
 * one fails here. The accounts of those who work with it are the only persons it knows.
 */

const more = new Set([
  'gait',
  'fingerprint',
  'fingerprints',
  'iris',
  'biometry',
  'licence',
  'license',
  'embedding',
])
const moreChinese = /步态|指纹|虹膜|身份|户籍/u

/** Words of `nationalIdCard`, `plate_no`, `/faces/{id}`. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
}

function isAboutPersons(name: string): boolean {
  return isPersonal(name) || moreChinese.test(name) || wordsOf(name).some((word) => more.has(word))
}

function columnsOf(file: string): string[] {
  const db = new Database(file, { readonly: true })
  try {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
      .pluck()
      .all()
    return tables.flatMap((table) => {
      const columns = db.pragma(`table_info("${table}")`) as { name: string }[]
      return [table, ...columns.map(({ name }) => `${table}.${name}`)]
    })
  } finally {
    db.close()
  }
}

/** Keys of objects and values of enumerations: what may be said, however deep it stands. */
function namesIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn)
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'enum' && Array.isArray(value)) return value.map(String)
    if (key === 'properties' && typeof value === 'object') {
      return [...Object.keys(value as object), ...namesIn(value)]
    }
    if (key === 'name' && typeof value === 'string') return [value]
    return namesIn(value)
  })
}

function schemasOf(module: Record<string, unknown>): string[] {
  return Object.values(module)
    .filter((value) => value instanceof z.ZodType)
    .flatMap((schema) => namesIn(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })))
}

let house: House
beforeAll(async () => {
  house = await openHouse()
  await sayOnce(house, 'v1-pm1', 'telemetry', { readings: { pm25: 5 } })
  const person = await house.as('operator-town')
  // Asking makes the series catch up, and so their file.
  const query = `device=v1-pm1&property=pm25&from=0&to=${Date.now() + 3_600_000}`
  await person.get(`/api/v1/series?${query}`)
})
afterAll(() => house?.stop())

const found = (names: readonly string[]) => [...new Set(names)].filter(isAboutPersons)

describe('nothing is made for faces, plates or registers of persons', () => {
  it.each([
    'faceId',
    'alarm.plate_no',
    'nationalIdCard',
    'gait',
    '身份证号',
    'watchList',
    '/faces/{id}',
  ])('%s would be found', (name) => expect(isAboutPersons(name)).toBe(true))

  it('in any table of any file', async () => {
    const files = (await readdir(house.directory)).filter((name) => name.endsWith('.db'))
    expect(files.map((name) => name.replace(/\d{4}-\d{2}/, 'MONTH')).toSorted()).toEqual([
      'lianxun.db',
      'observations.db',
      'series-MONTH.db',
    ])
    const names = files.flatMap((name) => columnsOf(join(house.directory, name)))
    expect(names).toEqual(
      expect.arrayContaining(['user.password_hash', 'log.observed_at', 'raw.value']),
    )
    expect(found(names)).toEqual([])
  })

  it('in any route, parameter, field or value of the API', async () => {
    const { body } = await house.ask('/api/openapi.json')
    const names = [...Object.keys(body.paths), ...namesIn(body)]
    expect(names).toEqual(
      expect.arrayContaining(['/api/v1/cases/{id}', 'displayName', 'picture', 'cursor', 'suspend']),
    )
    expect(names.length).toBeGreaterThan(300)
    expect(found(names)).toEqual([])
  })

  it('in any setting of an adapter, or column of a town’s files', () => {
    const settings = schemasOf(mqttConfig)
    expect(settings).toContain('maxPacketBytes')
    const columns = schemasOf(townFiles)
    expect(columns).toEqual(expect.arrayContaining(['username', 'headingDeg', 'tagUid']))
    expect(found([...settings, ...columns])).toEqual([])
  })
})
