import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  actorWords,
  actWords,
  auditActs,
  auditQuestion,
  subjectWords,
} from '../../../dashboard/src/audit/audit-words.ts'
import {
  monthBars,
  readingBounds,
  readingParts,
  removesMore,
  retentionBounds,
  shownBars,
  sumOf,
} from '../../../dashboard/src/audit/retention-days.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { propertyClassNames } from '../../../gateway/domain/property-class.ts'
import { purgedKinds, retainedKinds, retentionDefaults } from '../../../gateway/domain/retention.ts'
import { retentionSchema } from '../../../gateway/http/schemas/trust.ts'
import { aSize } from '../trust-views.ts'

const [zh, en] = [createTranslate('zh'), createTranslate('en')]
const gateway = new URL('../../../gateway', import.meta.url).pathname

/** Every act that the gateway's own text writes into the log. */
function writtenActs(): string[] {
  const files = readdirSync(gateway, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('domain/'),
  )
  const acts = files.flatMap((file) => {
    const text = readFileSync(join(gateway, file), 'utf8')
    if (!/audit|noteCommand/i.test(text)) return []
    const direct = [
      ...text.matchAll(/\b(?:write|audit|noteCommand|writeAudit)\([^;]*?act: '(\w+)'/gs),
    ]
    const noted = [...text.matchAll(/\bnote\((?:by|request), '(\w+)'/g)]
    return [...direct, ...noted].map(([, act = '']) => act)
  })
  return [...new Set(acts)].toSorted()
}

describe('every act has its words', () => {
  const acts = writtenActs()
  test('they are found in the gateway’s text', () => {
    expect(acts.length).toBeGreaterThan(20)
    expect(acts).toContain('signIn')
    expect(acts).toContain('addUser')
  })
  test.each(acts)('%s', (act) => {
    expect(actWords(act, zh)).toMatch(/^\p{Script=Han}/u)
    expect(actWords(act, en)).not.toBe(act)
    expect(auditActs).toContain(act)
  })
  test('one of a newer gateway is shown as it is', () =>
    expect(actWords('openGate', zh)).toBe('openGate'))
})

describe('who', () => {
  test.each([
    [{ actor: 'desk01', act: 'signIn' }, 'desk01'],
    [{ actor: 'token:县平台', act: 'addDevice' }, '令牌 县平台'],
    [{ actor: null, act: 'purge' }, '系统'],
    [{ actor: null, act: 'import' }, '系统'],
    [{ actor: null, act: 'signInRefused' }, '没有登录的人'],
    [{ actor: null, act: 'setUp' }, '没有登录的人'],
  ])('%j', (entry, said) => expect(actorWords(entry, zh)).toBe(said))
})

describe('upon what', () => {
  test.each([
    ['user:zhou.xiaolan', { kind: '人员', id: 'zhou.xiaolan', short: 'zhou.xiaolan' }],
    ['picture:' + 'd'.repeat(64), { kind: '画面', short: 'dddddddd…' }],
    ['case:0199c1a2-7b7e-7000-8000-3f2a1b0c9d8e', { kind: '工单', short: '0199c1a2…' }],
    ['town:/srv/town', { kind: '镇街', short: '/srv/town' }],
    ['request:GET /api/v1/cases/x:y', { kind: '请求', id: 'GET /api/v1/cases/x:y' }],
    ['setup', { kind: '首次设置', id: '' }],
    ['gate:1', { kind: 'gate', id: '1' }],
  ])('%s', (subject, words) => expect(subjectWords(subject, zh)).toMatchObject(words))
  test('only a case leads anywhere', () => {
    expect(subjectWords('case:abc', zh).case).toBe('abc')
    expect(subjectWords('user:abc', zh).case).toBeNull()
  })
})

describe('days are the town’s, from the first minute to the last', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-20T16:00:00Z', '2026-11-21T16:00:00Z'],
    ['Asia/Urumqi', '2026-11-20T18:00:00Z', '2026-11-21T18:00:00Z'],
    ['America/New_York', '2026-11-21T05:00:00Z', '2026-11-22T05:00:00Z'],
    ['Pacific/Auckland', '2026-11-20T11:00:00Z', '2026-11-21T11:00:00Z'],
  ])('%s', (zone, from, to) => {
    const day = '2026-11-21'
    expect(auditQuestion({ from: day, to: day }, zone)).toEqual({
      from: Date.parse(from),
      to: Date.parse(to),
    })
  })
  test('what was not asked for is not sent', () =>
    expect(auditQuestion({ act: 'signIn', tab: 'retention' }, 'Asia/Shanghai')).toEqual({
      act: 'signIn',
    }))
})

describe('retention', () => {
  test.each(retainedKinds)('the bounds of %s are the gateway’s', (kind) => {
    const { least, most } = retentionBounds[kind]
    const takes = (days: number) =>
      retentionSchema.safeParse({ ...retentionDefaults, [kind]: days }).success
    expect([takes(least - 1), takes(least), takes(most), takes(most + 1)]).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
  test.each(readingParts)('the bounds of %s of readings are the gateway’s', (part) => {
    const { least, most } = readingBounds[part]
    const air = part === 'raw' ? { raw: 30, rolledUp: 36_500 } : { raw: 30, rolledUp: 3650 }
    const takes = (days: number) =>
      retentionSchema.safeParse({
        ...retentionDefaults,
        series: { ...retentionDefaults.series, air: { ...air, [part]: days } },
      }).success
    expect([takes(least - 1), takes(least), takes(most), takes(most + 1)]).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
  test('each class has a name', () => {
    for (const name of propertyClassNames) {
      expect(zh(`retention.class.${name}`)).toMatch(/\p{Script=Han}/u)
    }
  })
  test('a class that loses days is asked about', () => {
    const water = (days: { raw: number; rolledUp: number }) => ({
      ...retentionDefaults,
      series: { ...retentionDefaults.series, water: days },
    })
    expect(removesMore(retentionDefaults, water({ raw: 800, rolledUp: 7300 }))).toBe(false)
    expect(removesMore(retentionDefaults, water({ raw: 399, rolledUp: 7300 }))).toBe(true)
    expect(removesMore(retentionDefaults, water({ raw: 800, rolledUp: 3649 }))).toBe(true)
  })
  test('only fewer days are asked about', () => {
    expect(removesMore(retentionDefaults, retentionDefaults)).toBe(false)
    expect(removesMore(retentionDefaults, { ...retentionDefaults, audit: 2000 })).toBe(false)
    expect(
      removesMore(retentionDefaults, { ...retentionDefaults, audit: 400, pictures: 999 }),
    ).toBe(true)
  })
  test.each(purgedKinds)('what was removed of %s has a name', (kind) =>
    expect(zh(`purged.${kind}`)).toMatch(/\p{Script=Han}/u),
  )
})

describe('what a class takes', () => {
  const months = aSize().months ?? []
  test('is its share of each month, oldest first, and no byte is counted twice', () => {
    const bars = monthBars(months)
    expect(bars.air.map(({ month, bytes }) => [month, bytes])).toEqual([
      ['2025-01', 0],
      ['2026-10', 120_000_000],
      ['2026-11', 60_000_000],
    ])
    expect(sumOf(bars.device)).toBe(20_000_000)
    expect(sumOf(bars.compacted)).toBe(4_000_000)
    const all = Object.values(bars).reduce((sum, one) => sum + sumOf(one), 0)
    expect(all).toBe(204_000_000)
  })
  test('no more than two years of bars are drawn', () => {
    const bars = Array.from({ length: 40 }, (_, i) => ({ month: `m${i}`, bytes: i }))
    expect(shownBars(bars).map(({ month }) => month)).toEqual(bars.slice(16).map((b) => b.month))
  })
  test('of nothing is nothing', () => {
    expect(sumOf(monthBars([]).air)).toBe(0)
  })
})
