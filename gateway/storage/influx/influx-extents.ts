import { isObservedProperty } from '../../domain/observation.ts'
import type { SeriesExtent } from '../../ports/series-store.ts'
import type { Ask, Rows } from './ask.ts'
import { fewAtOnce } from './few-at-once.ts'
import { statementsAtOnce } from './influx-query.ts'
import { identifier, isOneOf } from './influxql.ts'
import { readingMeasurement, rolledMeasurement } from './lines.ts'

/** What there is of each series: its first and last time and how many, asked of the server. */

const devicesPerStatement = 100

type Extents = Map<string, SeriesExtent>

export function createInfluxExtents(ask: Ask) {
  /** Only one function in a statement tells its point's own time. */
  async function extentsOf(asked: Asked): Promise<Partial<SeriesExtent>[]> {
    const { measurement, field, where, tags } = asked
    const from = `FROM ${identifier(measurement)}${where} GROUP BY ${tags}`
    const [first, last, count] = await Promise.all([
      ask(`SELECT first(${identifier(field)}) ${from}`).then((rows) => byTags(rows, 0)),
      ask(`SELECT last(${identifier(field)}) ${from}`).then((rows) => byTags(rows, 0)),
      ask(`SELECT ${asked.count} ${from}`).then((rows) => byTags(rows, 1)),
    ])
    return [...count].map(([key, readings]) => ({
      ...(JSON.parse(key) as Partial<SeriesExtent>),
      first: first.get(key) ?? 0,
      last: last.get(key) ?? 0,
      readings,
    }))
  }

  /** Hours and days are of the same readings: the one that knows more counts. */
  async function rolledUp(where: string): Promise<Extents[]> {
    return await fewAtOnce(['hour', 'day'] as const, 2, async (resolution) => {
      const extents: Extents = new Map()
      const asked = {
        measurement: rolledMeasurement(resolution),
        field: 'count',
        count: 'sum("count")',
        where,
        tags: '"device", "property"',
      }
      for (const one of await extentsOf(asked)) add(extents, one as SeriesExtent)
      return extents
    })
  }

  async function ofDevices(devices: readonly string[] | null): Promise<SeriesExtent[]> {
    const where = devices === null ? '' : ` WHERE ${isOneOf('device', devices)}`
    const extents: Extents = new Map()
    const fields = await ask(`SHOW FIELD KEYS FROM ${identifier(readingMeasurement)}`)
    const names = fields.flatMap(({ values }) => values.map(([name]) => String(name)))
    await fewAtOnce(names.filter(isObservedProperty), statementsAtOnce, async (property) => {
      const field = identifier(property)
      const asked = {
        measurement: readingMeasurement,
        field: property,
        count: `count(${field})`,
        where,
        tags: '"device"',
      }
      for (const one of await extentsOf(asked)) add(extents, { ...one, property } as SeriesExtent)
    })
    const [hours = new Map(), days = new Map()] = await rolledUp(where)
    for (const key of new Set([...hours.keys(), ...days.keys()])) {
      const [hour, day] = [hours.get(key), days.get(key)]
      const more = (hour?.readings ?? 0) >= (day?.readings ?? 0) ? hour : day
      if (more) add(extents, more)
    }
    return [...extents.values()]
  }

  return async (devices?: readonly string[]): Promise<SeriesExtent[]> => {
    if (devices === undefined) return await ofDevices(null)
    const parts: string[][] = []
    for (let i = 0; i < devices.length; i += devicesPerStatement) {
      parts.push(devices.slice(i, i + devicesPerStatement))
    }
    return (await fewAtOnce(parts, 1, ofDevices)).flat()
  }
}

interface Asked {
  measurement: string
  field: string
  count: string
  where: string
  tags: string
}

function add(extents: Extents, found: Omit<SeriesExtent, 'property'> & { property: string }): void {
  const { device, property, first, last, readings } = found
  if (!isObservedProperty(property)) return
  const key = `${property} ${device}`
  const known = extents.get(key) ?? { device, property, first, last, readings: 0 }
  known.first = Math.min(known.first, first)
  known.last = Math.max(known.last, last)
  known.readings += readings
  extents.set(key, known)
}

function byTags(rows: readonly Rows[], column: number): Map<string, number> {
  return new Map(
    rows.map(({ tags, values }) => [JSON.stringify(tags), Number(values[0]?.[column])] as const),
  )
}
