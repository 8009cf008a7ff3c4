import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Town } from '../gateway/domain/town.ts'
import { createCaseDesk } from '../gateway/pipeline/case-desk.ts'
import type { CaseFilter, Queries } from '../gateway/ports/queries.ts'
import { createAuditChain } from '../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../gateway/storage/case-store.ts'
import { openDatabase } from '../gateway/storage/database.ts'
import { encodeCursor } from '../gateway/storage/keyset.ts'
import { createQueries } from '../gateway/storage/queries.ts'
import type { Tables } from '../gateway/storage/schema.ts'
import { createTownRepository } from '../gateway/storage/town-repository.ts'
import { type FilledQueue, fillQueue } from './case-rows.ts'
import { measureOverHttp } from './cases-http.ts'
import { prepareGateway, runGateway } from './gateway.ts'
import { type CaseTiming, timed } from './timed.ts'

/** What people wait for at the queue of a town after years, asked in turn, each many times. */

export interface CaseResult {
  cases: number
  writtenPerSecond: number
  timings: CaseTiming[]
}

/** It held one case in a hundred. */
const team = '应急队'
const key = Buffer.alloc(32, 7)
const clock = { now: () => Date.now(), monotonic: () => performance.now() }

const number = (round: number) => String((round % 400) + 1).padStart(4, '0')

function lists(queries: Queries, town: Town, filled: FilledQueue) {
  const scope = town.places.find(({ level }) => level === 'town')?.code ?? ''
  const villages = town.places.filter(({ level }) => level === 'village')
  const villageOf = (round: number) => villages[round % villages.length]
  const mine = { id: 'nobody', username: 'nobody', team, unit: null }
  const middle = encodeCursor([filled.now - (filled.cases / 800) * 86_400_000, ''])
  const ask = (filter: Partial<CaseFilter>) =>
    queries.cases({ scope, limit: 50, sort: 'newest', ...filter })
  const work: [string, (round: number) => Promise<unknown>][] = [
    ['first page', () => ask({})],
    ['first page by urgency', () => ask({ sort: 'urgency' })],
    ['overdue in one village', (n) => ask({ overdue: true, village: villageOf(n)?.code })],
    ['two characters', (n) => ask({ q: villageOf(n)?.name.slice(0, 2) })],
    ['two characters in a village', (n) => ask({ q: '焚烧', village: villageOf(n)?.code })],
    ['two characters of open ones', () => ask({ q: '焚烧', open: true })],
    ['a rare word of open ones', () => ask({ q: filled.rare, open: true })],
    ['two characters by urgency', () => ask({ q: '焚烧', sort: 'urgency' })],
    ['two characters of void ones', () => ask({ q: '焚烧', state: 'void' })],
    ['a rare word', () => ask({ q: filled.rare })],
    ['a word that is nowhere', () => ask({ q: '鲲鹏' })],
    ['a sentence', () => ask({ q: '浓烟飘向公路' })],
    ['a sequence (0042)', (n) => ask({ q: number(n) })],
    ['day and sequence', (n) => ask({ q: `20260${1 + (n % 9)}11-${number(n)}` })],
    ['my open cases', () => ask({ mine, open: true })],
    ['all that was mine', () => ask({ mine })],
    ['all that was mine, later', () => ask({ mine, cursor: middle })],
    ['all that was mine, void', () => ask({ mine, state: 'void' })],
    ['two characters of mine', () => ask({ q: '焚烧', mine })],
    ['one case', (n) => queries.caseFile(`case-${(n * 4801) % filled.cases}`)],
    ['counts of a village', (n) => queries.caseCounts(villageOf(n)?.code ?? '')],
    ['board of a village', (n) => queries.urgentCases(villageOf(n)?.code ?? '', 30)],
    ['counts of the town', () => queries.caseCounts(scope)],
  ]
  return work
}

function deskActs(db: Kysely<Tables>, town: Town, filled: FilledQueue) {
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
  const on = (n: number) => filled.open[n % filled.open.length] ?? ''
  return {
    note: (round: number) =>
      desk.act(actor, on(round), { action: 'note', text: `第 ${round} 次巡查正常` }),
    /** Changes what the search knows of the case, too. */
    claim: (round: number) =>
      desk.act(actor, on(round >> 1), { action: round % 2 === 0 ? 'claim' : 'release' }),
  }
}

/** In this process, and after it by the gateway in a process of its own. */
export async function measureCases(folder: string, cases: number): Promise<CaseResult> {
  const prepared = await prepareGateway(folder, [])
  const file = join(prepared.house, 'lianxun.db')
  const db = await openDatabase(file)
  const town = await createTownRepository({ db, timeZone: 'Asia/Shanghai' }).load()
  const filled = fillQueue(file, town, cases)
  const places = (level: string) =>
    town.places.filter((place) => place.level === level).map(({ code }) => code)
  const [scope = ''] = places('town')
  const timings: CaseTiming[] = []
  try {
    const names = { rule: () => undefined, device: () => undefined, town: () => scope }
    const queries = createQueries({ db, clock, names })
    for (const [what, work] of lists(queries, town, filled)) timings.push(await timed(what, work))
    const { note, claim } = deskActs(db, town, filled)
    timings.push(await timed('one note at the desk', note))
    timings.push(await timed('one claim at the desk', claim))
  } finally {
    await db.destroy()
  }
  const gateway = await runGateway(prepared)
  try {
    const given = { http: gateway.http, town: scope, villages: places('village') }
    timings.push(...(await measureOverHttp({ ...given, team, open: filled.open })))
  } finally {
    await gateway.stop()
  }
  return { cases, writtenPerSecond: filled.perSecond, timings }
}
