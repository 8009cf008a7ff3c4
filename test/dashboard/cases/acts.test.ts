import { describe, expect, test } from 'vitest'
import { orderedSteps } from '../../../dashboard/src/cases/case-actions.tsx'
import { chartWindow, evidenceChoice } from '../../../dashboard/src/cases/evidence-chart.tsx'
import { bodyOf, needsDialog } from '../../../dashboard/src/cases/step-dialog.tsx'
import { unacknowledgedAlarms, versionFor } from '../../../dashboard/src/cases/use-case-acts.ts'
import { aDetail, anAlarm } from '../case-views.ts'

const pictured = (id: string, device: string, raisedAt: number) =>
  anAlarm({ id, device, raisedAt, cause: { event: 'smoke', picture: id } })

describe('steps', () => {
  test('the one that carries on stands first, rare ones behind the menu', () => {
    expect(orderedSteps(['void', 'merge', 'accept'])).toEqual({
      first: ['accept'],
      rest: ['void', 'merge'],
    })
    expect(orderedSteps(['sendBack', 'suspend', 'feedback']).first[0]).toBe('feedback')
  })
  test('only those that need words ask for them', () => {
    expect(['accept', 'sign', 'resume'].some((step) => needsDialog(step as 'accept'))).toBe(false)
    expect(needsDialog('void')).toBe(true)
  })
  test('a person named goes before the unit', () => {
    expect(bodyOf({ unit: '应急办' }, 0)).toEqual({ to: { unit: '应急办' } })
    expect(bodyOf({ unit: '应急办', user: ' grid01 ' }, 0)).toEqual({ to: { user: 'grid01' } })
  })
  test('until is a time, reasons are trimmed, empty ones left out', () => {
    expect(bodyOf({ hours: 4, reason: ' 等设备 ' }, 1_000)).toEqual({
      until: 14_401_000,
      reason: '等设备',
    })
    expect(bodyOf({ text: '  ' }, 0)).toEqual({})
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
