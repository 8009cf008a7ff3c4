import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlarmAct,
  type AlarmState,
  alarmStates,
  alarmTransition,
} from '../../../gateway/domain/alarm.ts'

const acts: AlarmAct[] = ['acknowledge', 'clear', 'returnToAlarm']

/** ISA-18.2 figure 2, written down a second time. */
const legal: Record<string, AlarmState> = {
  'activeUnacknowledged acknowledge': 'activeAcknowledged',
  'activeUnacknowledged clear': 'clearedUnacknowledged',
  'activeAcknowledged clear': 'cleared',
  'clearedUnacknowledged acknowledge': 'cleared',
  'clearedUnacknowledged returnToAlarm': 'activeUnacknowledged',
  'cleared returnToAlarm': 'activeUnacknowledged',
}

const isActive = (state: AlarmState) => state.startsWith('active')
const isSeen = (state: AlarmState) => state === 'activeAcknowledged' || state === 'cleared'

describe('the life of an alarm', () => {
  const pairs = alarmStates.flatMap((state) => acts.map((act) => [state, act] as const))
  it.each(pairs)('%s × %s', (state, act) => {
    expect(alarmTransition(state, act)).toBe(legal[`${state} ${act}`] ?? null)
  })

  it('what comes back has to be seen again', () => {
    for (const state of alarmStates) {
      const back = alarmTransition(state, 'returnToAlarm')
      if (back !== null) expect(isSeen(back)).toBe(false)
    }
  })

  it('on any walk: only a person makes it seen, only the device ends or renews it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 30 }), (walk) => {
        let state: AlarmState = 'activeUnacknowledged'
        for (const act of walk) {
          const next = alarmTransition(state, act)
          if (next === null) continue
          expect(next).not.toBe(state)
          if (isSeen(next) && !isSeen(state)) expect(act).toBe('acknowledge')
          if (isActive(next) !== isActive(state)) expect(act).not.toBe('acknowledge')
          if (isActive(next) && !isActive(state)) expect(act).toBe('returnToAlarm')
          state = next
        }
      }),
    )
  })
})
