import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../gateway/storage/case-file.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import { addUser, caseOf, fill, townCode, useHouseTables } from './house-tables.ts'

const house = useHouseTables()
const names = { rule: () => undefined, device: () => undefined, town: () => townCode }
const queries = () =>
  createQueries({ db: house.db, clock: { now: () => 5000, monotonic: () => 0 }, names })

const sha = (sign: string) => sign.repeat(64)

async function entry(act: string, detail?: object): Promise<number> {
  const row = await house.db
    .insertInto('case_history')
    .values({
      case_id: 'c',
      at: 1,
      act,
      detail: detail === undefined ? null : JSON.stringify(detail),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function picture(caseId: string, sha256: string, historyId: number | null): Promise<void> {
  await house.db
    .insertInto('case_picture')
    .values({ case_id: caseId, sha256, history_id: historyId, at: 1, by: 'u1' })
    .execute()
}

const facts = async () => (await queries().caseFile('c'))?.timeline.map((one) => one.facts)

describe('the file of a case', () => {
  it('has the pictures where they belong: with the report, with a step, with what was merged', async () => {
    await fill(house.db, {
      cases: [
        caseOf('c'),
        caseOf('m', { state: 'merged', mergedInto: 'c', source: 'resident', text: '冒烟' }),
      ],
    })
    const feedback = await entry('feedback')
    await entry('verify')
    await picture('c', sha('a'), null)
    await picture('c', sha('b'), feedback)
    await picture('m', sha('c'), null)
    const file = await queries().caseFile('c')
    expect(file?.pictures).toEqual([sha('a')])
    expect(file?.timeline.map((one) => one.pictures)).toEqual([[sha('b')], []])
    expect(file?.merged).toEqual([
      {
        id: 'm',
        number: '云岭-20261121-m',
        title: '案件 m',
        source: 'resident',
        text: '冒烟',
        openedAt: 1000,
        pictures: [sha('c')],
      },
    ])
  })

  it('names the case it went into and the one it came from', async () => {
    await fill(house.db, {
      cases: [
        caseOf('a'),
        caseOf('b', { splitFrom: 'a' }),
        caseOf('c', { state: 'merged', mergedInto: 'a' }),
        caseOf('d', { splitFrom: 'gone' }),
      ],
    })
    const a = { id: 'a', number: '云岭-20261121-a' }
    const files = await Promise.all(['a', 'b', 'c', 'd'].map((id) => queries().caseFile(id)))
    const links = files.map((file) => [file?.mergedInto, file?.splitFrom])
    expect(links).toEqual([
      [null, null],
      [null, a],
      [a, null],
      [null, null],
    ])
    expect(files[0]?.merged.map(({ id }) => id)).toEqual(['c'])
  })

  it('says to whom in names', async () => {
    await addUser(house.db, 'u1')
    await fill(house.db, { cases: [caseOf('c')] })
    await entry('dispatch', { toKind: 'user', to: 'u1' })
    await entry('dispatch', { toKind: 'team', to: '应急队' })
    await entry('dispatch', { toKind: 'user', to: 'gone' })
    await entry('escalated', { from: 'grid', to: 'village' })
    expect(await facts()).toEqual([
      { toKind: 'user', to: 'Person u1' },
      { toKind: 'team', to: '应急队' },
      { toKind: 'user', to: 'gone' },
      { from: 'grid', to: 'village' },
    ])
  })

  it('shows who supervises, who asked for more time, who is on it, by name', async () => {
    await addUser(house.db, 'u1')
    const by = { by: 'u1', at: 1 }
    await fill(house.db, {
      cases: [
        caseOf('c', {
          supervision: { text: '速办', dueAt: 9, ...by },
          extension: { reason: '雨', until: 9, ...by },
          claimedBy: 'u1',
          claimedAt: 3,
        }),
      ],
    })
    expect(await queries().case('c')).toMatchObject({
      supervision: { text: '速办', by: 'Person u1' },
      extension: { reason: '雨', by: 'Person u1' },
      claimed: { name: 'Person u1', at: 3 },
    })
  })

  it('of no such case is none', async () => {
    expect(await queries().caseFile('nobody')).toBeUndefined()
  })
})

describe('facts of a step', () => {
  it.each<[string, object | null, object]>([
    ['none', null, {}],
    ['a score', { score: 4 }, { score: 4 }],
    ['what nobody knows stays inside', { score: 4, secret: 'x', nested: { a: 1 } }, { score: 4 }],
    ['only flat values', { to: ['a'], until: 7, falseAlarm: true }, { until: 7, falseAlarm: true }],
    ['severities', { from: 'yellow', to: 'red' }, { from: 'yellow', to: 'red' }],
    [
      'numbers for ids: merged into',
      { into: 'id-1', number: 'N-1' },
      { into: 'N-1', number: 'N-1', otherCase: 'id-1' },
    ],
    [
      'merged from',
      { from: 'id-2', number: 'N-2' },
      { from: 'N-2', number: 'N-2', otherCase: 'id-2' },
    ],
    [
      'split off',
      { case: 'id-3', number: 'N-3', alarms: 2 },
      { case: 'N-3', number: 'N-3', alarms: 2, otherCase: 'id-3' },
    ],
    [
      'split from',
      { splitFrom: 'id-4', number: 'N-4' },
      { splitFrom: 'N-4', number: 'N-4', otherCase: 'id-4' },
    ],
  ])('%s', (_, detail, expected) => {
    expect(factsOf(detail && JSON.stringify(detail))).toEqual(expected)
  })
})

describe('what is mine', () => {
  const me = { id: 'u1', username: 'wang', team: '应急队', unit: '应急办' }
  const mine = (over: object = {}) => ({
    scope: townCode,
    limit: 50,
    sort: 'newest' as const,
    mine: { ...me, ...over },
  })

  it.each([true, undefined])(
    'is held by me, my team or unit, or claimed by me (open: %s)',
    async (open) => {
      await fill(house.db, {
        cases: [
          caseOf('mine', { holder: { kind: 'user', id: 'u1' } }),
          caseOf('by-name', { holder: { kind: 'user', id: 'wang' } }),
          caseOf('team', { holder: { kind: 'team', id: '应急队' } }),
          caseOf('unit', { holder: { kind: 'unit', id: '应急办' } }),
          caseOf('claimed', { claimedBy: 'u1', holder: { kind: 'user', id: 'u2' } }),
          // The same word for another kind is somebody else.
          caseOf('unit-of-the-name', { holder: { kind: 'unit', id: '应急队' } }),
          caseOf('team-of-my-id', { holder: { kind: 'team', id: 'u1' } }),
          caseOf('theirs', { holder: { kind: 'user', id: 'u2' }, claimedBy: 'u2' }),
          caseOf('nobody'),
          caseOf('done', { state: 'closed', holder: { kind: 'user', id: 'u1' } }),
        ],
      })
      const ids = async (over?: object) =>
        (await queries().cases({ ...mine(over), open })).items.map(({ id }) => id).toSorted()
      const done = open ? [] : ['done']
      const own = ['by-name', 'claimed', ...done, 'mine']
      expect(await ids()).toEqual([...own, 'team', 'unit'].toSorted())
      expect(await ids({ team: null, unit: undefined })).toEqual(own)
      expect(await ids({ id: 'u9', username: 'u9', team: null, unit: null })).toEqual([])
    },
  )
})
