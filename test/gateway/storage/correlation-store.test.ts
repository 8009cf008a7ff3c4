import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caseStates } from '../../../gateway/domain/case.ts'
import { isEnded } from '../../../gateway/domain/case-states.ts'
import type { Checkpoint, CorrelationUnit } from '../../../gateway/ports/correlation-store.ts'
import { type CorrelationBench, correlationBench, noon } from '../pipeline/correlation-bench.ts'
import { alarmOf, caseOf, fill, incidentOf } from './house-tables.ts'

let bench: CorrelationBench

beforeEach(async () => {
  bench = await correlationBench()
})

afterEach(() => bench.close())

const nothing = async () => undefined

function checkpoint(position: number, devices: number): Checkpoint {
  const ids = Array.from({ length: devices }, (_, i) => `d${String(i).padStart(5, '0')}`)
  return {
    position,
    logTime: noon + position,
    ruleStates: ids.map((device) => ({
      rule: 'smoke-high',
      device,
      state: { kind: 'latch', active: false, at: position, since: null },
    })),
    latest: ids.map((device) => ({ device, property: 'smoke', observedAt: position, value: 1.5 })),
    presence: ids.map((device) => ({ device, lastReceivedAt: position, online: null })),
  }
}

const byDevice = (a: { device: string }, b: { device: string }) => (a.device < b.device ? -1 : 1)

function sorted(read: Checkpoint): Checkpoint {
  for (const list of [read.ruleStates, read.latest, read.presence]) list.sort(byDevice)
  return read
}

describe('the checkpoint', () => {
  it('is empty at first', async () => {
    expect(await bench.store.load()).toEqual({
      position: 0,
      logTime: 0,
      ruleStates: [],
      latest: [],
      presence: [],
    })
  })

  it.each([1, 500, 501, 1700])('comes back as it was written (%i devices)', async (devices) => {
    await bench.store.commit(checkpoint(1, devices), nothing)
    await bench.store.commit(checkpoint(2, devices), nothing)
    expect(sorted(await bench.store.load())).toEqual(checkpoint(2, devices))
  })

  it('keeps what a later commit does not mention', async () => {
    await bench.store.commit(checkpoint(1, 3), nothing)
    await bench.store.commit(checkpoint(2, 1), nothing)
    const read = sorted(await bench.store.load())
    expect(read.position).toBe(2)
    expect(read.latest.map(({ observedAt }) => observedAt)).toEqual([2, 1, 1])
  })

  it('is not kept without its work, nor the work without it', async () => {
    await bench.store.commit(checkpoint(1, 2), nothing)
    const failing = bench.store.commit(checkpoint(2, 2), async (unit) => {
      expect(await unit.next('case-20261121')).toBe(1)
      throw new Error('disk full')
    })
    await expect(failing).rejects.toThrow('disk full')
    expect(sorted(await bench.store.load())).toEqual(checkpoint(1, 2))
    await bench.store.commit(checkpoint(3, 2), async (unit) => {
      // The number that was undone is given again: sequences have no gaps.
      expect(await unit.next('case-20261121')).toBe(1)
      expect(await unit.next('case-20261121')).toBe(2)
      expect(await unit.next('case-20261122')).toBe(1)
    })
    expect((await bench.store.load()).position).toBe(3)
  })
})

const work = (todo: (unit: CorrelationUnit) => Promise<unknown>) =>
  bench.store.commit(checkpoint(1, 0), async (unit) => {
    await todo(unit)
  })

describe('what the database itself keeps unique', () => {
  const refused: [string, (unit: CorrelationUnit) => Promise<unknown>, RegExp | null][] = [
    [
      'a second open incident in one cell',
      (unit) => unit.insertIncident(incidentOf('i2', { cell: 'square:2000:i1' })),
      /UNIQUE.*incident/,
    ],
    [
      'the same cell of another hazard',
      (unit) => unit.insertIncident(incidentOf('i2', { cell: 'square:2000:i1', hazard: 'flood' })),
      null,
    ],
    [
      'a closed incident in that cell',
      (unit) => unit.insertIncident(incidentOf('i2', { cell: 'square:2000:i1', closedAt: 5 })),
      null,
    ],
    [
      'another incident moved into an occupied cell',
      async (unit) => {
        await unit.insertIncident(incidentOf('i2'))
        await unit.moveIncident('i2', 'square:2000:i1')
      },
      /UNIQUE.*incident/,
    ],
    [
      'an incident moved out, and the cell taken anew',
      async (unit) => {
        await unit.moveIncident('i1', 'square:2000:i1#1000')
        await unit.insertIncident(incidentOf('i2', { cell: 'square:2000:i1' }))
      },
      null,
    ],
    [
      'a closed incident opened again into an occupied cell',
      async (unit) => {
        const cell = 'square:2000:i1'
        await unit.insertIncident(incidentOf('i2', { cell, closedAt: 5 }))
        await unit.updateIncident(incidentOf('i2', { cell, closedAt: null }))
      },
      /UNIQUE.*incident/,
    ],
    [
      'a second open alarm of a rule and device',
      (unit) => unit.insertAlarm(alarmOf('a2', { device: 'd-a1' })),
      /UNIQUE.*alarm/,
    ],
    [
      'an alarm of another rule',
      (unit) => unit.insertAlarm(alarmOf('a2', { device: 'd-a1', rule: 'heat-rise' })),
      null,
    ],
    [
      'a second alarm after the first cleared',
      async (unit) => {
        await unit.updateAlarm(alarmOf('a1', { state: 'cleared', clearedAt: 5 }))
        await unit.insertAlarm(alarmOf('a2', { device: 'd-a1' }))
      },
      null,
    ],
    [
      'two open again',
      async (unit) => {
        await unit.insertAlarm(alarmOf('a2', { device: 'd-a1', state: 'cleared', clearedAt: 5 }))
        await unit.updateAlarm(alarmOf('a2', { device: 'd-a1' }))
      },
      /UNIQUE.*alarm/,
    ],
    [
      'a second case of an incident',
      (unit) => unit.insertCase(caseOf('c2', { incident: 'i1' })),
      /UNIQUE.*case\.incident/,
    ],
    [
      'a number given twice',
      (unit) => unit.insertCase(caseOf('c2', { number: caseOf('c1').number })),
      /UNIQUE.*case\.number/,
    ],
    ['two cases that people reported', (unit) => unit.insertCase(caseOf('c2')), null],
    [
      'an id twice',
      (unit) => unit.insertAlarm(alarmOf('a1', { device: 'x' })),
      /UNIQUE.*alarm\.id/,
    ],
    [
      'an alarm of an incident that is not there',
      (unit) => unit.insertAlarm(alarmOf('a2', { incident: 'i9' })),
      /FOREIGN KEY/,
    ],
    [
      'a case of an incident that is not there',
      (unit) => unit.insertCase(caseOf('c2', { incident: 'i9' })),
      /FOREIGN KEY/,
    ],
  ]

  it.each(refused)('%s', async (_, todo, reason) => {
    await work(async (unit) => {
      await unit.insertIncident(incidentOf('i1'))
      await unit.insertAlarm(alarmOf('a1', { incident: 'i1' }))
      await unit.insertCase(caseOf('c1', { incident: 'i1' }))
    })
    const before = await bench.rows()
    if (reason === null) {
      await work(todo)
      return
    }
    await expect(work(todo)).rejects.toThrow(reason)
    expect(await bench.rows()).toEqual(before)
    expect((await bench.store.load()).position).toBe(1)
  })
})

const inside = async <T>(todo: (unit: CorrelationUnit) => Promise<T>): Promise<T> => {
  let found: T | undefined
  await bench.store.commit(checkpoint(1, 0), async (unit) => {
    found = await todo(unit)
  })
  return found as T
}

describe('what correlation asks for', () => {
  it('open incidents, with whether they burn and whether their case is done', async () => {
    await fill(bench.db, {
      incidents: [
        incidentOf('quiet'),
        incidentOf('burning'),
        incidentOf('done'),
        incidentOf('closed', { closedAt: 5 }),
        incidentOf('flood', { hazard: 'flood' }),
      ],
      alarms: [
        alarmOf('a', { incident: 'quiet', state: 'clearedUnacknowledged', clearedAt: 5 }),
        alarmOf('b', { incident: 'burning' }),
        alarmOf('c', { incident: 'burning', state: 'cleared', clearedAt: 5 }),
        alarmOf('d', { incident: 'done', state: 'activeAcknowledged' }),
      ],
      cases: [
        caseOf('c1', { incident: 'quiet' }),
        caseOf('c3', { incident: 'done', state: 'void' }),
      ],
    })
    const open = await inside((unit) => unit.openIncidents('forestFire'))
    const brief = open.map(({ id, isActive, isCaseEnded }) => [id, isActive, isCaseEnded])
    expect(new Set(brief.map((one) => one.join(' ')))).toEqual(
      new Set(['quiet false false', 'burning true false', 'done true true']),
    )
    expect(open.find(({ id }) => id === 'quiet')?.cell).toBe('square:2000:quiet')
  })

  it.each(caseStates)('a case that is %s ends its incident or not', async (state) => {
    await fill(bench.db, {
      incidents: [incidentOf('i')],
      cases: [caseOf('c', { incident: 'i', state })],
    })
    const [found] = await inside((unit) => unit.openIncidents('forestFire'))
    expect(found?.isCaseEnded).toBe(isEnded(state))
  })

  it('the open alarm, and the newest that nobody saw', async () => {
    const same = { rule: 'r', device: 'd', incident: 'i' }
    const gone = { ...same, state: 'clearedUnacknowledged', clearedAt: 9 } as const
    await fill(bench.db, {
      incidents: [incidentOf('i'), incidentOf('j')],
      alarms: [
        alarmOf('older', { ...gone, raisedAt: 1 }),
        alarmOf('newer', { ...gone, raisedAt: 2 }),
        alarmOf('seen', { ...gone, raisedAt: 3, state: 'cleared' }),
        alarmOf('elsewhere', { ...gone, raisedAt: 4, incident: 'j' }),
        alarmOf('open', { ...same, raisedAt: 5 }),
        alarmOf('other', { ...gone, raisedAt: 6, device: 'e' }),
      ],
    })
    await inside(async (unit) => {
      expect((await unit.openAlarm('r', 'd'))?.id).toBe('open')
      expect(await unit.openAlarm('r', 'e')).toBeUndefined()
      expect((await unit.unseenAlarm('i', 'r', 'd'))?.id).toBe('newer')
      expect((await unit.unseenAlarm('j', 'r', 'd'))?.id).toBe('elsewhere')
      expect(await unit.unseenAlarm('j', 'r', 'e')).toBeUndefined()
      // Devices, not alarms: one that raised five times is one.
      expect(await unit.devicesIn('i')).toBe(2)
      expect(await unit.devicesIn('nothing')).toBe(0)
    })
    expect((await bench.store.openAlarms()).map(({ id }) => id)).toEqual(['open'])
  })

  it('a sequence without gaps from commits that run into each other', async () => {
    const given: number[] = []
    const take = (fails: boolean) =>
      bench.store.commit(checkpoint(1, 0), async (unit) => {
        const n = await unit.next('case-20261121')
        await new Promise((resolve) => setImmediate(resolve))
        if (fails) throw new Error('no')
        given.push(n)
      })
    await Promise.allSettled(Array.from({ length: 30 }, (_, i) => take(i % 3 === 1)))
    expect(given).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})

describe('a presence', () => {
  it.each([true, false, null])('%s comes back, and may become any other', async (online) => {
    const made = checkpoint(1, 3)
    made.presence = [{ device: 'd', lastReceivedAt: 1, online }]
    await bench.store.commit(made, nothing)
    expect((await bench.store.load()).presence).toEqual(made.presence)
    for (const next of [null, true, false]) {
      made.presence = [{ device: 'd', lastReceivedAt: 2, online: next }]
      await bench.store.commit(made, nothing)
      expect((await bench.store.load()).presence).toEqual(made.presence)
    }
  })
})
