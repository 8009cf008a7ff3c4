import { describe, expect, test } from 'vitest'
import type { NoticeRuleView } from '../../../dashboard/src/api/types.ts'
import {
  entryOf,
  newEntry,
  type RuleEntry,
  ruleOf,
  withRule,
} from '../../../dashboard/src/notices/rule-entry.ts'
import { firstRules } from '../../../gateway/domain/notice-first-rules.ts'
import { noticeRuleSchema } from '../../../gateway/http/schemas/queue.ts'

const usual = firstRules({ id: 'c1', kind: 'wecom' })

describe('a rule and its form', () => {
  test.each(usual.map((rule) => [rule.name, rule] as const))(
    '%s comes out as it went in',
    (_name, rule) => expect(ruleOf(entryOf(rule), rule)).toEqual(rule),
  )
  test('a new one with a name is one that the gateway takes', () => {
    const entry = { ...newEntry('c1'), name: ' 夜里 ' } as RuleEntry
    const rule = ruleOf(entry, { id: 'rule-1', enabled: true })
    expect(noticeRuleSchema.parse(rule)).toEqual(rule)
    expect(rule).toMatchObject({ name: '夜里', quiet: null, fallback: null, channel: 'c1' })
  })
  test('hours and a way out only where they are switched on', () => {
    const entry = entryOf({ ...(usual[0] as NoticeRuleView), fallback: null, quiet: null })
    const on = ruleOf({ ...entry, isQuiet: true, hasFallback: true }, { id: 'a', enabled: false })
    expect(on.quiet).toEqual({ from: '22:00', to: '07:00' })
    expect(on.fallback).toEqual({ afterMinutes: 10, channel: '' })
    expect(on.enabled).toBe(false)
  })
})

describe('their order', () => {
  const ids = (rules: NoticeRuleView[]) => rules.map(({ id }) => id)
  const [first] = usual as [NoticeRuleView]
  test('a changed one keeps its place', () => {
    const changed = withRule(usual, { ...first, name: 'x' })
    expect(ids(changed)).toEqual(ids(usual))
    expect(changed[0]?.name).toBe('x')
  })
  test('a new one comes last', () =>
    expect(ids(withRule(usual, { ...first, id: 'new' })).at(-1)).toBe('new'))
})
