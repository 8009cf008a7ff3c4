import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Town } from '../gateway/domain/town.ts'
import { createCaseDesk } from '../gateway/pipeline/case-desk.ts'
import type { CaseFilter, Queries } from '../gateway/ports/queries.ts'
import { createAuditChain } from '../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../gateway/storage/case-store.ts'
import { openDatabase } from '../gateway/storage/database.ts'
import { createQueries } from '../gateway/storage/queries.ts'
import type { Tables } from '../gateway/storage/schema.ts'
import { readTownFolder } from '../gateway/storage/town-files/town-files.ts'
import { importTown } from '../gateway/storage/town-import.ts'
import { createTownRepository } from '../gateway/storage/town-repository.ts'
import { type FilledQueue, fillQueue } from './case-rows.ts'

/** What people wait for at the queue of a town after years, asked in turn, each many times. */

export interface CaseTiming {
  what: string
  p50Ms: number
  p95Ms: number
}

export interface CaseResult {
  cases: number
  writtenPerSecond: number
  timings: CaseTiming[]
}

const asked = 200
const key = Buffer.alloc(32, 7)
const clock = { now: () => Date.now(), monotonic: () => performance.now() }

async function timed(what: string, work: (round: number) => Promise<unknown>): Promise<CaseTiming> {
  const times: number[] = []
  await work(0)
  for (let round = 1; round <= asked; round++) {
    const at = performance.now()
    await work(round)
    times.push(performance.now() - at)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  return { what, p50Ms: at(0.5), p95Ms: at(0.95) }
}

const number = (round: number) => String((round % 400) + 1).padStart(4, '0')

function lists(queries: Queries, town: Town, filled: FilledQueue) {
  const scope = town.places.find(({ level }) => level === 'town')?.code ?? ''
  const villages = town.places.filter(({ level }) => level === 'village')
  const villageOf = (round: number) => villages[round % villages.length]
  const mine = { id: 'nobody', username: 'nobody', team: '应急队', unit: null }
  const ask = (filter: Partial<CaseFilter>) =>
    queries.cases({ scope, limit: 50, sort: 'newest', ...filter })
  const work: [string, (round: number) => Promise<unknown>][] = [
    ['first page', () => ask({})],
    ['first page by urgency', () => ask({ sort: 'urgency' })],
    ['overdue in one village', (n) => ask({ overdue: true, village: villageOf(n)?.code })],
    ['two characters', (n) => ask({ q: villageOf(n)?.name.slice(0, 2) })],
    ['two characters in a village', (n) => ask({ q: '焚烧', village: villageOf(n)?.code })],
    ['two characters of open ones', () => ask({ q: '焚烧', open: true })],
    ['a rare word', () => ask({ q: filled.rare })],
    ['a word that is nowhere', () => ask({ q: '鲲鹏' })],
    ['a sentence', () => ask({ q: '浓烟飘向公路' })],
    ['a sequence (0042)', (n) => ask({ q: number(n) })],
    ['day and sequence', (n) => ask({ q: `20260${1 + (n % 9)}11-${number(n)}` })],
    ['my open cases', () => ask({ mine, open: true })],
    ['all that was mine', () => ask({ mine })],
    ['one case', (n) => queries.caseFile(`case-${(n * 4801) % filled.cases}`)],
    ['counts of a village', (n) => queries.caseCounts(villageOf(n)?.code ?? '')],
    ['board of a village', (n) => queries.urgentCases(villageOf(n)?.code ?? '', 30)],
    ['counts of the town', () => queries.caseCounts(scope)],
  ]
  return work
}

function noteTaker(db: Kysely<Tables>, town: Town, filled: FilledQueue) {
  const desk = createCaseDesk({
    store: createCaseStore(db, createAuditChain({ key, clock })),
    clock,
    newId: randomUUID,
    loadTown: async () => town,
  })
  const scope = town.places.find(({ level }) => level === 'town')?.code ?? ''
  const actor = {
    id: 'u-bench',
    username: 'bench',
    displayName: 'bench',
    role: 'townAdmin' as const,
    scope,
  }
  return (round: number) =>
    desk.act(actor, filled.open[round % filled.open.length] ?? '', {
      action: 'note',
      text: `第 ${round} 次巡查正常`,
    })
}

export async function measureCases(folder: string, cases: number): Promise<CaseResult> {
  const file = join(folder, 'lianxun.db')
  const db = await openDatabase(file)
  try {
    const files = await readTownFolder(join(import.meta.dirname, '../examples/town'))
    await importTown({ db, key, newId: randomUUID }, files, async () => undefined)
    const town = await createTownRepository({ db, timeZone: 'Asia/Shanghai' }).load()
    const filled = fillQueue(file, town, cases)
    const scope = town.places.find(({ level }) => level === 'town')?.code
    const names = { rule: () => undefined, device: () => undefined, town: () => scope }
    const queries = createQueries({ db, clock, names })
    const timings: CaseTiming[] = []
    for (const [what, work] of lists(queries, town, filled)) timings.push(await timed(what, work))
    timings.push(await timed('one act at the desk', noteTaker(db, town, filled)))
    return { cases, writtenPerSecond: filled.perSecond, timings }
  } finally {
    await db.destroy()
  }
}
