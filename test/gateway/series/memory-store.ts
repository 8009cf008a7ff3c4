import { UnavailableError } from '../../../gateway/domain/errors.ts'
import type {
  RolledUp,
  SeriesExtent,
  SeriesName,
  SeriesPart,
  SeriesReading,
  SeriesStore,
} from '../../../gateway/ports/series-store.ts'

/** What files of readings need of a store, in memory: the last value of a time stands. */

const dayMs = 86_400_000
const partReadings = 3

type Kept = Pick<SeriesStore, 'extents' | 'read' | 'query' | 'write'>

export interface MemoryStore extends Kept {
  /** In order of device, property, time. */
  all(): SeriesReading[]
  buckets(): RolledUp[]
  /** The next writes fail, as while an InfluxDB is away. */
  failNext(times: number): void
  /** How many parts were asked for, over all. */
  partsRead(): number
  writes(): number
}

const keyOf = ({ device, property }: SeriesName) => `${device} ${property}`

export function createMemoryStore(...parts: SeriesPart[]): MemoryStore {
  const readings = new Map<string, SeriesReading>()
  const buckets = new Map<string, RolledUp>()
  let failing = 0
  let parted = 0
  let writes = 0

  function put(part: SeriesPart) {
    if (part.kind === 'readings') {
      for (const one of part.readings) readings.set(`${keyOf(one)} ${one.at}`, one)
    } else {
      for (const one of part.buckets) buckets.set(`${keyOf(one)} ${one.resolution} ${one.at}`, one)
    }
  }

  const order = (a: SeriesReading, b: SeriesReading) =>
    keyOf(a) === keyOf(b) ? a.at - b.at : keyOf(a) < keyOf(b) ? -1 : 1
  const all = () => [...readings.values()].toSorted(order)
  const hours = () => [...buckets.values()].filter(({ resolution }) => resolution === 'hour')
  for (const part of parts) put(part)

  return {
    all,
    buckets: () => [...buckets.values()],
    failNext(times) {
      failing = times
    },
    partsRead: () => parted,
    writes: () => writes,
    async write(part) {
      writes += 1
      if (failing > 0) {
        failing -= 1
        throw new UnavailableError('The store is away.')
      }
      put(part)
      return { tooOld: 0 }
    },
    async extents(devices) {
      const found = new Map<string, SeriesExtent>()
      const counted = [
        ...all().map((one) => ({ ...one, count: 1 })),
        ...hours().map((one) => ({ ...one, value: 0 })),
      ]
      for (const { device, property, at, count } of counted) {
        if (devices && !devices.includes(device)) continue
        const key = keyOf({ device, property })
        const known = found.get(key) ?? { device, property, first: at, last: at, readings: 0 }
        const first = Math.min(known.first, at)
        const last = Math.max(known.last, at)
        found.set(key, { ...known, first, last, readings: known.readings + count })
      }
      return [...found.values()]
    },
    async *read(series, from, to) {
      const within = ({ at }: { at: number }) => at >= from && at < to
      const rolled = [...buckets.values()].filter(
        (one) => keyOf(one) === keyOf(series) && within(one),
      )
      if (rolled.length > 0) {
        parted += 1
        yield { kind: 'rolledUp', buckets: rolled }
      }
      const own = all().filter((one) => keyOf(one) === keyOf(series) && within(one))
      for (let i = 0; i < own.length; i += partReadings) {
        parted += 1
        yield { kind: 'readings', readings: own.slice(i, i + partReadings) }
      }
    },
    async query({ series, from, to }) {
      const points = series.map((name) => {
        const days = new Map<number, number>()
        for (const { at } of all().filter((one) => keyOf(one) === keyOf(name))) {
          const day = at - (at % dayMs)
          if (day + dayMs > from && day < to) days.set(day, (days.get(day) ?? 0) + 1)
        }
        return [...days].map(([at, n]): [number, number, number, number, number] => [
          at,
          0,
          0,
          0,
          n,
        ])
      })
      return { resolution: 'day', points }
    },
  }
}
