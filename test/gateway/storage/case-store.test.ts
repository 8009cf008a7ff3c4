import { describe, expect, it } from 'vitest'
import type { CaseUnit } from '../../../gateway/ports/case-store.ts'
import type { OutboxEvent } from '../../../gateway/ports/outbox.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import {
  addUser,
  alarmOf,
  caseOf,
  fill,
  incidentOf,
  useHouseTables,
  villageA,
  villageB,
} from './house-tables.ts'

const house = useHouseTables()
const chain = createAuditChain({
  key: Buffer.alloc(32, 1),
  clock: { now: () => 5, monotonic: () => 0 },
})
const transact = <T>(work: (unit: CaseUnit) => Promise<T>) =>
  createCaseStore(house.db, chain).transact(work)

const event = (id: string): OutboxEvent => ({
  at: 7,
  topic: 'case',
  village: villageA,
  place: villageA,
  body: { id },
})

describe('reading', () => {
  it('gives back what is there, and undefined for what is not', async () => {
    const made = {
      incidents: [incidentOf('i')],
      alarms: [alarmOf('a', { incident: 'i', cause: { event: 'fire', confidence: 0.9 } })],
      cases: [caseOf('c', { incident: 'i', holder: { kind: 'team', id: '红袖标' }, dueAt: 9 })],
    }
    await fill(house.db, made)
    await transact(async (unit) => {
      expect(await unit.caseById('c')).toEqual(made.cases[0])
      expect(await unit.caseOfIncident('i')).toEqual(made.cases[0])
      expect(await unit.alarmById('a')).toEqual(made.alarms[0])
      expect(await unit.incidentById('i')).toMatchObject({ id: 'i', openedAt: 1000 })
      expect(await unit.caseById('x')).toBeUndefined()
      expect(await unit.caseOfIncident('x')).toBeUndefined()
      expect(await unit.alarmById('x')).toBeUndefined()
      expect(await unit.incidentById('x')).toBeUndefined()
    })
  })

  it('finds people by id and by name, as written', async () => {
    await addUser(house.db, 'u1', { username: '王五' })
    const found = await transact((unit) =>
      Promise.all(
        ['u1', '王五', '王', 'U1', ''].map(async (name) => (await unit.person(name))?.id),
      ),
    )
    expect(found).toEqual(['u1', 'u1', undefined, undefined, undefined])
  })
})

describe('writing', () => {
  it('updates the one row, and each of its columns', async () => {
    await fill(house.db, {
      incidents: [incidentOf('i'), incidentOf('j')],
      alarms: [alarmOf('a'), alarmOf('b')],
      cases: [caseOf('c'), caseOf('d')],
    })
    const changed = {
      oneCase: caseOf('c', {
        state: 'dispatched',
        tier: 'town',
        severity: 'red',
        village: villageB,
        grid: null,
        title: '改',
        stepSince: 5,
        dueAt: 6,
        holder: { kind: 'user', id: 'u' },
        version: 2,
        incident: 'i',
      }),
      alarm: alarmOf('a', {
        state: 'cleared',
        clearedAt: 3,
        acknowledgedAt: 2,
        acknowledgedBy: 'u',
        cause: {},
        incident: 'i',
      }),
      incident: incidentOf('i', { severity: 'red', lastActivityAt: 9, closedAt: 10 }),
    }
    await transact(async (unit) => {
      await unit.updateCase(changed.oneCase)
      await unit.updateAlarm(changed.alarm)
      await unit.updateIncident(changed.incident)
    })
    await transact(async (unit) => {
      expect(await unit.caseById('c')).toEqual(changed.oneCase)
      expect(await unit.alarmById('a')).toEqual(changed.alarm)
      expect(await unit.incidentById('i')).toMatchObject({ severity: 'red', closedAt: 10 })
      expect(await unit.caseById('d')).toEqual(caseOf('d'))
      expect(await unit.alarmById('b')).toEqual(alarmOf('b'))
      expect(await unit.incidentById('j')).toMatchObject({ closedAt: null })
    })
    // The cell is where it is anchored: an update of the rest leaves it.
    const cells = await house.db.selectFrom('incident').select(['id', 'cell']).execute()
    expect(cells).toContainEqual({ id: 'i', cell: incidentOf('i').cell })
  })

  it('moves the alarms of one incident, and no others', async () => {
    await fill(house.db, {
      incidents: ['i', 'j', 'k'].map((id) => incidentOf(id)),
      alarms: [
        alarmOf('a', { incident: 'i' }),
        alarmOf('b', { incident: 'i' }),
        alarmOf('c', { incident: 'k' }),
        alarmOf('d'),
      ],
    })
    await transact((unit) => unit.moveAlarms('i', 'j'))
    const rows = await house.db.selectFrom('alarm').select(['id', 'incident']).execute()
    expect(Object.fromEntries(rows.map((row) => [row.id, row.incident]))).toEqual({
      a: 'j',
      b: 'j',
      c: 'k',
      d: null,
    })
  })

  it('keeps the timeline as it was said, and nothing where nothing was', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    await transact(async (unit) => {
      await unit.addHistory({ caseId: 'c', at: 1, act: 'opened', toState: 'reported' })
      await unit.addHistory({
        caseId: 'c',
        at: 2,
        act: 'dispatch',
        actor: 'u',
        fromState: 'accepted',
        toState: 'dispatched',
        text: '请速处置',
        alarm: 'a',
        detail: { toKind: 'user', to: 'w', dueAt: null },
      })
    })
    const rows = await house.db.selectFrom('case_history').selectAll().orderBy('id').execute()
    expect(rows[0]).toMatchObject({ actor: null, text: null, alarm: null, detail: null })
    expect(rows[1]).toMatchObject({ actor: 'u', from_state: 'accepted', to_state: 'dispatched' })
    expect(JSON.parse(rows[1]?.detail ?? '')).toEqual({
      toKind: 'user',
      to: 'w',
      dueAt: null,
    })
  })

  it('no timeline without its case', async () => {
    const writing = transact((unit) => unit.addHistory({ caseId: 'nobody', at: 1, act: 'x' }))
    await expect(writing).rejects.toThrow(/FOREIGN KEY/)
  })
})

describe('a transaction', () => {
  it('that throws leaves nothing: no change, no timeline, no event', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    const outbox = createOutbox(house.db)
    const failing = transact(async (unit) => {
      await unit.updateCase(caseOf('c', { state: 'accepted', version: 2 }))
      await unit.addHistory({ caseId: 'c', at: 1, act: 'accept' })
      await unit.emit(event('c'))
      expect((await unit.caseById('c'))?.version).toBe(2)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await transact((unit) => unit.caseById('c'))).toEqual(caseOf('c'))
    expect(await house.db.selectFrom('case_history').selectAll().execute()).toEqual([])
    expect(await outbox.after(0, 10)).toEqual([])
  })

  it('gives back what the work gives, and its event comes with the commit', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    const outbox = createOutbox(house.db)
    const woken = outbox.changed()
    const before = await outbox.head()
    expect(
      await transact(async (unit) => {
        await unit.emit(event('c'))
        return 42
      }),
    ).toBe(42)
    await woken
    expect(await outbox.after(before, 10)).toMatchObject([event('c')])
  })

  it('waits for the one before it: two who count up from what they read lose nothing', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    const raise = () =>
      transact(async (unit) => {
        const present = await unit.caseById('c')
        // Others get their turn here, if they can.
        await new Promise((resolve) => setImmediate(resolve))
        if (present) await unit.updateCase({ ...present, version: present.version + 1 })
        return present?.version
      })
    const versions = await Promise.all(Array.from({ length: 20 }, raise))
    expect(versions).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect((await transact((unit) => unit.caseById('c')))?.version).toBe(21)
  })

  it('goes on after one that failed', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    const results = await Promise.allSettled([
      transact((unit) => unit.addHistory({ caseId: 'c', at: 1, act: 'a' })),
      transact((unit) => unit.addHistory({ caseId: 'x', at: 2, act: 'b' })),
      transact((unit) => unit.addHistory({ caseId: 'c', at: 3, act: 'c' })),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const rows = await house.db.selectFrom('case_history').select('act').execute()
    expect(rows.map(({ act }) => act)).toEqual(['a', 'c'])
  })
})
