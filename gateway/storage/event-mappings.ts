import type { Kysely, Selectable, Transaction } from 'kysely'
import type { EventMapping, UnmappedTopic } from '../domain/camera-event.ts'
import {
  defaultCameraRules,
  defaultMappings,
  missingRules,
  ruleIdOf,
} from '../domain/camera-event-defaults.ts'
import { fitsTopic } from '../domain/camera-event-match.ts'
import type { Rule } from '../domain/rule.ts'
import type { EventMappings } from '../ports/cameras.ts'
import { rulesOf, writeRules } from './rule-rows.ts'
import type { Tables } from './schema.ts'

/**
 * What events of cameras mean, with the rules that follow from it, and the topics that mean nothing
 * yet. These are counted in memory and written now and then: a camera may send them every second.
 */
export interface LoadedEventMappings extends EventMappings {
  reload(): Promise<void>
  /** Once per installation, as soon as there is a town: the defaults; true when they were written. */
  ensureDefaults(): Promise<boolean>
  /** Writes what was counted. */
  stop(): Promise<void>
}

export interface EventMappingsOptions {
  db: Kysely<Tables>
  warn: (text: string) => void
  flushAfterMs?: number
}

type Seen = Parameters<EventMappings['noteUnmapped']>[0]

interface Counted extends Seen {
  count: number
  firstAt: number
}

const defaultsMark = 'camera-defaults'
const maxTopics = 500
const maxDevices = 200

function toUnmapped(row: Selectable<Tables['camera_topic']>): UnmappedTopic {
  return {
    topic: row.topic,
    items: JSON.parse(row.items) as Record<string, string>,
    devices: JSON.parse(row.devices) as string[],
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }
}

async function readMappings(db: Kysely<Tables>): Promise<EventMapping[]> {
  const rows = await db
    .selectFrom('camera_event_mapping')
    .select('body')
    .orderBy('position')
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as EventMapping)
}

async function writeMappings(
  trx: Transaction<Tables>,
  mappings: readonly EventMapping[],
): Promise<void> {
  await trx.deleteFrom('camera_event_mapping').execute()
  for (const [position, mapping] of mappings.entries()) {
    await trx
      .insertInto('camera_event_mapping')
      .values({ id: mapping.id, position, body: JSON.stringify(mapping) })
      .execute()
  }
}

/** A rule that a mapping made follows it when hazard or severity of the mapping are changed. */
function followingRules(
  before: readonly EventMapping[],
  mappings: readonly EventMapping[],
  rules: readonly Rule[],
): Rule[] {
  const was = new Map(before.map((mapping) => [mapping.id, mapping]))
  return mappings.flatMap(({ id, type, hazard, severity }) => {
    const old = was.get(id)
    const rule = rules.find((one) => one.id === ruleIdOf(type))
    if (!rule || !old || old.type !== type) return []
    if (old.hazard === hazard && old.severity === severity) return []
    return [{ ...rule, hazard, severity }]
  })
}

async function saveAll(trx: Transaction<Tables>, mappings: EventMapping[]): Promise<void> {
  const before = await readMappings(trx)
  const rules = await rulesOf(trx)
  await writeMappings(trx, mappings)
  await writeRules(trx, [
    ...followingRules(before, mappings, rules),
    ...missingRules(mappings, rules),
  ])
  await forgetMapped(trx, mappings)
}

async function writeDefaults(trx: Transaction<Tables>): Promise<boolean> {
  const town = await trx.selectFrom('hazard').select('id').limit(1).executeTakeFirst()
  if (!town) return false
  const marked = await trx
    .insertInto('counter')
    .values({ name: defaultsMark, value: 1 })
    .onConflict((oc) => oc.column('name').doNothing())
    .executeTakeFirst()
  if (marked.numInsertedOrUpdatedRows === 0n) return false
  await writeMappings(trx, defaultMappings)
  await writeRules(trx, defaultCameraRules(await rulesOf(trx)))
  return true
}

async function topicCount(trx: Transaction<Tables>): Promise<number> {
  const { fn } = trx
  const row = await trx
    .selectFrom('camera_topic')
    .select(fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return row?.count ?? 0
}

/** What is mapped now leaves the list; what its mapping still does not understand comes again. */
async function forgetMapped(trx: Transaction<Tables>, mappings: readonly EventMapping[]) {
  const rows = await trx.selectFrom('camera_topic').select('topic').execute()
  for (const { topic } of rows) {
    if (!mappings.some((mapping) => fitsTopic(mapping.topic, topic))) continue
    await trx.deleteFrom('camera_topic').where('topic', '=', topic).execute()
  }
}

async function flushOne(trx: Transaction<Tables>, seen: Counted): Promise<void> {
  const row = await trx
    .selectFrom('camera_topic')
    .selectAll()
    .where('topic', '=', seen.topic)
    .executeTakeFirst()
  const before = row && toUnmapped(row)
  if (!before && (await topicCount(trx)) >= maxTopics) return
  const devices = [...new Set([...(before?.devices ?? []), ...seen.devices])].slice(0, maxDevices)
  const columns = {
    items: JSON.stringify(seen.items),
    devices: JSON.stringify(devices),
    count: (before?.count ?? 0) + seen.count,
    last_at: seen.at,
  }
  await trx
    .insertInto('camera_topic')
    .values({ topic: seen.topic, first_at: seen.firstAt, ...columns })
    .onConflict((oc) => oc.column('topic').doUpdateSet(columns))
    .execute()
}

export function createEventMappings(options: EventMappingsOptions): LoadedEventMappings {
  const { db, warn, flushAfterMs = 10_000 } = options
  let mappings: readonly EventMapping[] = []
  let counted = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work)
    turn = next.catch(() => {})
    return next
  }

  async function load(): Promise<void> {
    mappings = await readMappings(db)
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const seen = counted
    counted = new Map()
    if (seen.size === 0) return
    await db.transaction().execute(async (trx) => {
      for (const one of seen.values()) await flushOne(trx, one)
    })
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      // What could not be written is counted anew: it comes again.
      inTurn(flush).catch((error: unknown) => warn(`topics of cameras: ${String(error)}`))
    }, flushAfterMs).unref()
  }

  return {
    current: () => mappings,
    reload: () => inTurn(load),
    save: (next) =>
      inTurn(async () => {
        await flush()
        await db.transaction().execute((trx) => saveAll(trx, next))
        await load()
      }),
    ensureDefaults: () =>
      inTurn(async () => {
        const isNew = await db.transaction().execute(writeDefaults)
        await load()
        return isNew
      }),
    noteUnmapped(seen) {
      const known = counted.get(seen.topic)
      if (!known && counted.size >= maxTopics) return
      const devices = new Set([...(known?.devices ?? []), ...seen.devices])
      counted.set(seen.topic, {
        ...seen,
        devices: devices.size > maxDevices ? (known?.devices ?? []) : [...devices],
        count: (known?.count ?? 0) + 1,
        firstAt: known?.firstAt ?? seen.at,
      })
      schedule()
    },
    unmapped: () =>
      inTurn(async () => {
        await flush()
        const rows = await db
          .selectFrom('camera_topic')
          .selectAll()
          .orderBy('last_at', 'desc')
          .limit(maxTopics)
          .execute()
        return rows.map(toUnmapped)
      }),
    forget: (topic) =>
      inTurn(async () => {
        counted.delete(topic)
        await db.deleteFrom('camera_topic').where('topic', '=', topic).execute()
      }),
    async stop() {
      clearTimeout(timer)
      await inTurn(flush).catch(() => {})
    },
  }
}
