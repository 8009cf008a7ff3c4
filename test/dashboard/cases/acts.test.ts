import { describe, expect, test } from 'vitest'
import { orderedSteps } from '../../../dashboard/src/cases/case-actions.tsx'
import { chartWindow, evidenceChoice } from '../../../dashboard/src/cases/evidence-chart.tsx'
import { bodyOf, needsDialog, needsOf, pick } from '../../../dashboard/src/cases/step-needs.ts'
import { unacknowledgedAlarms, versionFor } from '../../../dashboard/src/cases/use-case-acts.ts'
import { caseActs } from '../../../gateway/domain/case.ts'
import { aDetail, anAlarm } from '../case-views.ts'

const pictured = (id: string, device: string, raisedAt: number) =>
  anAlarm({ id, device, raisedAt, cause: { event: 'smoke', picture: id } })

describe('steps', () => {
  test('the one that carries on stands first, rare ones behind the menu', () => {
    expect(orderedSteps(['merge', 'remind', 'void', 'accept'])).toEqual({
      first: ['accept'],
      side: ['remind'],
      rest: ['void', 'merge'],
    })
    expect(orderedSteps(['extend', 'sendBack', 'suspend', 'feedback']).first).toEqual([
      'feedback',
      'sendBack',
      'suspend',
      'extend',
    ])
  })
  test('what has its own place on the page is no button of the bar', () => {
    const elsewhere = [
      'claim',
      'release',
      'note',
      'answer',
      'grantExtension',
      'refuseExtension',
    ] as const
    const { first, side, rest } = orderedSteps(caseActs)
    expect([...first, ...side, ...rest, ...elsewhere].toSorted()).toEqual(caseActs.toSorted())
  })
  test('only those that need words ask for them', () => {
    expect(['accept', 'sign', 'resume'].some((step) => needsDialog(step as 'accept'))).toBe(false)
    expect(needsDialog('void')).toBe(true)
  })
  test('pictures go along where somebody tells what was done', () => {
    const pictured = caseActs.filter((act) => needsOf(act).includes('pictures'))
    expect(pictured).toEqual(['feedback', 'verify', 'note', 'answer'])
    expect(bodyOf({ text: '好', pictures: ['a'.repeat(64)] }, { now: 0 })).toEqual({
      text: '好',
      pictures: ['a'.repeat(64)],
    })
    expect(bodyOf({ pictures: [] }, { now: 0 })).toEqual({})
  })
  test('a person named goes before the unit', () => {
    const now = 0
    expect(bodyOf({ to: 'unit:应急办' }, { now })).toEqual({ to: { unit: '应急办' } })
    expect(bodyOf({ to: 'team:红袖标:7队' }, { now })).toEqual({ to: { team: '红袖标:7队' } })
    expect(bodyOf({ to: 'user:grid01' }, { now })).toEqual({ to: { user: 'grid01' } })
    expect(bodyOf({ to: 'unit:应急办', user: ' grid01 ' }, { now })).toEqual({
      to: { user: 'grid01' },
    })
  })
  test('until is a time, reasons are trimmed, empty ones left out', () => {
    expect(bodyOf({ hours: 4, reason: ' 等设备 ' }, { now: 1_000 })).toEqual({
      until: 14_401_000,
      reason: '等设备',
    })
    expect(bodyOf({ text: '  ' }, { now: 0 })).toEqual({})
  })
  test('more time counts from the deadline there is, an answer from now', () => {
    expect(bodyOf({ hours: 1 }, { now: 1_000, from: 5_000 })).toEqual({ until: 3_605_000 })
    expect(bodyOf({ minutes: 10 }, { now: 1_000, from: 5_000 })).toEqual({ dueAt: 601_000 })
  })
  test('what a form remembers of another act is not sent', () => {
    const answers = { reason: '错', hours: 4, score: 5, to: 'unit:应急办', alarms: ['a'] }
    expect(pick(answers, needsOf('sendBack'))).toEqual({ reason: '错' })
    expect(pick(answers, needsOf('split'))).toEqual({ reason: '错', alarms: ['a'] })
    expect(pick(answers, needsOf('claim'))).toEqual({})
  })
})

describe('the version a step is sent with', () => {
  const seen = { state: 'dispatched', version: 4 } as const
  test('the present one while the state is what the person saw', () =>
    expect(versionFor({ state: 'dispatched', version: 6 }, seen)).toBe(6))
  test('the old one, to be refused, when the case moved on meanwhile', () =>
    expect(versionFor({ state: 'handling', version: 5 }, seen)).toBe(4))
  test('the present one where nothing was asked first', () => {
    expect(versionFor({ state: 'handling', version: 5 }, undefined)).toBe(5)
    expect(versionFor(undefined, undefined)).toBeUndefined()
  })
})

describe('evidence', () => {
  test('one picture a device, the newest first, two at most', () => {
    const choice = evidenceChoice(
      {
        evidence: [
          pictured('a', 'c1', 1),
          pictured('b', 'c1', 2),
          pictured('c', 'c2', 3),
          pictured('d', 'c3', 0),
        ],
      },
      { lastAlarm: null },
    )
    expect(choice.pictures.map((alarm) => alarm.id)).toEqual(['c', 'b'])
    expect(choice.main?.id).toBe('c')
  })
  test('without a picture the readings answer', () => {
    const choice = evidenceChoice(aDetail(), aDetail())
    expect(choice.pictures).toEqual([])
    expect(choice.charted?.id).toBe('alarm-1')
  })
  test('before the detail is there, the row’s alarm stands in', () => {
    expect(evidenceChoice(undefined, { lastAlarm: anAlarm() }).main?.id).toBe('alarm-1')
  })
  test('the chart asks for whole minutes around the alarm', () => {
    const { from, to } = chartWindow(7_230_500, 7_300_000)
    expect(from % 60_000).toBe(0)
    expect(to % 60_000).toBe(0)
    expect(to).toBeGreaterThan(7_300_000)
    expect(chartWindow(0, 90_000_000).to).toBeLessThanOrEqual(2 * 3_600_000 + 60_000)
  })
  test('unseen alarms, active or gone', () => {
    const evidence = (
      ['activeUnacknowledged', 'activeAcknowledged', 'clearedUnacknowledged', 'cleared'] as const
    ).map((state) => anAlarm({ id: state, state }))
    expect(unacknowledgedAlarms(aDetail({ evidence })).map((alarm) => alarm.id)).toEqual([
      'activeUnacknowledged',
      'clearedUnacknowledged',
    ])
  })
})
