import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { House, Stores } from '../../../gateway/compose/house.ts'
import { createNotices, type Notices } from '../../../gateway/compose/notices.ts'
import type { ChannelKind, NoticeRule } from '../../../gateway/domain/notice.ts'
import type { Town } from '../../../gateway/domain/town.ts'
import type { CommandLine } from '../../../gateway/ports/commands.ts'
import { createAuditLog } from '../../../gateway/storage/audit-log.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { createVault } from '../../../gateway/storage/vault.ts'
import { openDatabase } from '../../support/house-file.ts'
import { seedCase, townCode, villageA, villageB } from '../http/house.ts'

/** The notices of a house on a real database and real sockets, by a clock that the test moves. */

export const start = Date.UTC(2026, 10, 21, 4, 0)
export const minute = 60_000

export interface Bench {
  db: Kysely<Tables>
  notices: Notices
  clock: { now(): number; monotonic(): number; forward(ms: number): void; step(ms: number): void }
  /** Ends the parts and builds them anew on the same files, as after a crash. */
  restart(): Promise<void>
  /** Reads and sends until nothing is due, at this time. */
  look(): Promise<void>
  /** Goes on by minutes, looking at each. */
  pass(minutes: number): Promise<void>
  channel(
    kind: ChannelKind,
    url: string,
    more?: {
      secret?: string
      perMinute?: number
      carrier?: 'mqtt'
      topic?: string
      username?: string
      place?: string
    },
  ): Promise<string>
  rules(...rules: Partial<NoticeRule>[]): Promise<void>
  /** One more entry in the timeline of a case, made if need be; answers its id. */
  happens(
    caseId: string,
    act: string,
    more?: { actor?: string; quiet?: boolean; detail?: object },
  ): Promise<number>
  person(id: string, role: string, more?: { scope?: string; team?: string }): Promise<void>
  stop(): Promise<void>
}

const key = Buffer.alloc(32, 5)
const by = {
  actor: {
    id: 'admin',
    username: 'admin',
    displayName: 'A',
    role: 'townAdmin' as const,
    scope: townCode,
  },
  address: '127.0.0.1',
}

const town: Town = {
  places: [townCode, villageA, villageB].map((code) => ({ code, name: code })),
  hazards: [],
  rules: [],
  seasons: [],
  timeZone: 'Asia/Shanghai',
} as unknown as Town

function createClock() {
  let now = start
  let monotonic = 1000
  return {
    now: () => now,
    monotonic: () => monotonic,
    forward(ms: number) {
      now += ms
      monotonic += ms
    },
    step(ms: number) {
      now += ms
    },
  }
}

export async function openBench(commands?: CommandLine): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-notices-'))
  const file = join(directory, 'lianxun.db')
  const clock = createClock()
  let db = await openDatabase(file)
  let notices = build()

  function build(): Notices {
    const house = {
      config: { cameraNetworks: ['127.0.0.0/8'], baseUrl: 'https://town.example' },
      db,
      clock,
      logger: pino({ level: 'silent' }),
    }
    const stores = { vault: createVault(key), audit: createAuditLog({ db, key, clock }) }
    return createNotices(
      house as unknown as House,
      stores as unknown as Stores,
      { commands },
      () => town,
    )
  }

  const bench: Bench = {
    db,
    notices,
    clock,
    async restart() {
      await notices.notifier.stop()
      await db.destroy()
      db = await openDatabase(file)
      notices = build()
      Object.assign(bench, { db, notices })
    },
    look: () => notices.notifier.look(),
    async pass(minutes) {
      for (let i = 0; i < minutes; i++) {
        clock.forward(minute)
        await notices.notifier.look()
      }
    },
    async channel(kind, url, more) {
      const request = { name: randomUUID(), kind, enabled: true, ...(url && { url }), ...more }
      const { id } = await notices.desk.add(by, request)
      return id
    },
    rules: (...rules) =>
      notices.channels.setRules(
        rules.map((rule, index) => ({
          id: `rule-${index}`,
          name: `rule ${index}`,
          enabled: true,
          acts: ['opened'],
          hazards: [],
          minSeverity: 'blue',
          to: 'channel',
          channel: '',
          quiet: null,
          fallback: null,
          ...rule,
        })),
      ),
    async happens(caseId, act, { actor, quiet = false, detail } = {}) {
      const known = await db.selectFrom('case').select('id').where('id', '=', caseId).execute()
      if (known.length === 0) {
        await seedCase(db, { id: caseId, village: villageA, alarm: null })
        await db.deleteFrom('case_history').where('case_id', '=', caseId).execute()
      }
      const { insertId } = await db
        .insertInto('case_history')
        .values({
          case_id: caseId,
          at: clock.now(),
          act,
          actor: actor ?? null,
          from_state: null,
          to_state: null,
          text: null,
          alarm: null,
          detail: detail ? JSON.stringify(detail) : null,
          quiet: quiet ? 1 : 0,
        })
        .executeTakeFirstOrThrow()
      return Number(insertId)
    },
    async person(id, role, { scope = townCode, team } = {}) {
      await db
        .insertInto('user')
        .values({
          id,
          username: id,
          display_name: `name of ${id}`,
          role,
          scope,
          password_hash: 'x',
          totp_secret: null,
          totp_last_step: null,
          disabled_at: null,
          password_changed_at: null,
          team: team ?? null,
          unit: null,
        })
        .execute()
    },
    async stop() {
      await notices.notifier.stop()
      await db.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
  // The reader begins behind what is there already: nothing.
  await notices.notifier.look()
  return bench
}
