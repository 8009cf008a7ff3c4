import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseState } from '../../../gateway/domain/case.ts'
import { isQuiet, quietUntil, whyNoMore } from '../../../gateway/domain/notice-quiet.ts'

describe('whether a minute is quiet', () => {
  it.each<[string, string, string, boolean]>([
    ['22:00', '07:00', '21:59', false],
    ['22:00', '07:00', '22:00', true],
    ['22:00', '07:00', '00:00', true],
    ['22:00', '07:00', '06:59', true],
    ['22:00', '07:00', '07:00', false],
    ['12:00', '14:00', '12:00', true],
    ['12:00', '14:00', '14:00', false],
    ['12:00', '12:00', '12:00', false],
  ])('from %s to %s, at %s: %s', (from, to, at, quiet) => {
    const [hour = 0, minute = 0] = at.split(':').map(Number)
    expect(isQuiet({ from, to }, { minute: hour * 60 + minute })).toBe(quiet)
  })
})

describe('when quiet hours end', () => {
  const night = { from: '22:00', to: '07:00' }
  const at = (text: string) => Date.parse(text)
  it.each<[string, string, string | null, string]>([
    ['before midnight', '2026-11-21T23:30:00+08:00', '2026-11-22T07:00:00+08:00', 'Asia/Shanghai'],
    ['after midnight', '2026-11-22T00:00:00+08:00', '2026-11-22T07:00:00+08:00', 'Asia/Shanghai'],
    [
      'in the last minute',
      '2026-11-22T06:59:59.999+08:00',
      '2026-11-22T07:00:00+08:00',
      'Asia/Shanghai',
    ],
    ['at their end', '2026-11-22T07:00:00+08:00', null, 'Asia/Shanghai'],
    ['by day', '2026-11-22T12:00:00+08:00', null, 'Asia/Shanghai'],
    [
      'at the end of a year',
      '2026-12-31T22:00:00+08:00',
      '2027-01-01T07:00:00+08:00',
      'Asia/Shanghai',
    ],
    [
      'when clocks are put back',
      '2026-10-24T23:00:00+02:00',
      '2026-10-25T07:00:00+01:00',
      'Europe/Berlin',
    ],
  ])('%s', (_, now, end, zone) => {
    expect(quietUntil(night, at(now), zone)).toBe(end === null ? null : at(end))
  })

  it('no quiet hours end never begins', () => {
    expect(quietUntil(null, 0, 'Asia/Shanghai')).toBeNull()
  })

  it('always within a day, and at a time that is quiet no more', () => {
    const minute = fc.integer({ min: 0, max: 1439 })
    const text = (of: number) =>
      `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`
    const time = fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') })
    fc.assert(
      fc.property(minute, minute, time, (from, to, now) => {
        const hours = { from: text(from), to: text(to) }
        const end = quietUntil(hours, now, 'Asia/Shanghai')
        if (end === null) return
        expect(end).toBeGreaterThan(now)
        expect(end - now).toBeLessThanOrEqual(86_400_000)
        expect(quietUntil(hours, end, 'Asia/Shanghai')).toBeNull()
      }),
    )
  })
})

describe('what is not told any more', () => {
  const move = { act: 'sign', isMove: true }
  const beside = { act: 'note', isMove: false }
  it.each<[string, CaseState, { act: string; isMove: boolean }[], string | null]>([
    ['dispatch', 'dispatched', [], null],
    ['dispatch', 'dispatched', [beside], null],
    ['dispatch', 'handling', [beside, move], 'settled'],
    ['opened', 'void', [], 'settled'],
    ['severity', 'closed', [], 'settled'],
    ['severity', 'handling', [move], null],
    ['severity', 'handling', [{ act: 'severity', isMove: false }], 'replaced'],
    ['reminder', 'handling', [{ act: 'overdue', isMove: false }], 'replaced'],
    ['overdue', 'handling', [{ act: 'escalated', isMove: false }], null],
    ['overdue', 'suspended', [{ act: 'suspend', isMove: true }], 'settled'],
    ['escalated', 'accepted', [{ act: 'escalated', isMove: false }], 'replaced'],
    ['supervise', 'verifying', [move], null],
    ['supervise', 'handling', [{ act: 'answer', isMove: false }], 'settled'],
    ['extend', 'handling', [{ act: 'refuseExtension', isMove: false }], 'settled'],
    ['extend', 'verifying', [move], 'settled'],
    ['remind', 'dispatched', [{ act: 'remind', isMove: false }], 'replaced'],
  ])('%s, with the case %s, after %j: %s', (act, state, later, why) => {
    expect(whyNoMore(act, state, later)).toBe(why)
  })
})
