import { describe, expect, it } from 'vitest'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import { defaultMappings } from '../../../gateway/domain/camera-event-defaults.ts'
import type { Rule } from '../../../gateway/domain/rule.ts'
import { createEventMappings } from '../../../gateway/storage/event-mappings.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { useHouseTables } from './house-tables.ts'

const house = useHouseTables()
const warn = (text: string) => {
  throw new Error(text)
}
const open = () => createEventMappings({ db: house.db, warn, flushAfterMs: 3_600_000 })
const towns = () => createTownRepository({ db: house.db, timeZone: 'Asia/Shanghai' })

async function rules(): Promise<Rule[]> {
  return (await towns().load()).rules
}

async function addHazard(): Promise<void> {
  const body = JSON.stringify({ id: 'forestFire' })
  await house.db
    .insertInto('hazard')
    .values({ id: 'forestFire', position: 0, body })
    .onConflict((oc) => oc.doNothing())
    .execute()
}

const own: EventMapping = {
  id: 'own',
  topic: 'axis.com:Fire/Seen',
  item: 'State',
  values: ['true'],
  type: 'ownFire',
  hazard: 'forestFire',
  severity: 'orange',
  holdS: null,
}

describe('the defaults', () => {
  it('come once, with rules, as soon as there is a town, and stay edited', async () => {
    await house.db.deleteFrom('hazard').execute()
    const mappings = open()
    expect(await mappings.ensureDefaults()).toBe(false)
    expect(mappings.current()).toEqual([])
    await addHazard()
    const before = await towns().revision()
    expect(await mappings.ensureDefaults()).toBe(true)
    expect(mappings.current()).toEqual(defaultMappings)
    expect((await rules()).map(({ id }) => id)).toContain('camera-path')
    expect(await towns().revision()).toBeGreaterThan(before)

    await mappings.save([])
    await house.db.deleteFrom('rule').where('id', '=', 'camera-path').execute()
    const again = open()
    expect(await again.ensureDefaults()).toBe(false)
    expect(again.current()).toEqual([])
    expect((await rules()).map(({ id }) => id)).not.toContain('camera-path')
  })
})

describe('a mapping that is saved', () => {
  it('gets a rule, which follows it and is not doubled', async () => {
    const mappings = open()
    await mappings.save([own, { ...own, id: 'second', topic: 'axis.com:Fire/Felt' }])
    const made = () => rules().then((all) => all.filter(({ id }) => id === 'camera-ownFire'))
    expect(await made()).toMatchObject([
      { hazard: 'forestFire', severity: 'orange', kinds: ['camera'], when: { event: ['ownFire'] } },
    ])
    await mappings.save([{ ...own, severity: 'red' }])
    expect(await made()).toMatchObject([{ severity: 'red' }])
    expect(mappings.current()).toEqual([{ ...own, severity: 'red' }])
    const other = open()
    await other.reload()
    expect(other.current()).toEqual(mappings.current())
  })
})

describe('topics that mean nothing yet', () => {
  const seen = (topic: string, at: number, device = 'c1') => ({
    topic,
    items: { State: 'true' },
    devices: [device],
    at,
  })

  it('are counted with an example, and leave when they are mapped or forgotten', async () => {
    const mappings = open()
    mappings.noteUnmapped(seen(own.topic, 10))
    mappings.noteUnmapped(seen(own.topic, 20, 'c2'))
    mappings.noteUnmapped(seen('B', 30))
    mappings.noteUnmapped(seen('C', 5))
    expect(await mappings.unmapped()).toEqual([
      { topic: 'B', items: { State: 'true' }, devices: ['c1'], count: 1, firstAt: 30, lastAt: 30 },
      {
        topic: own.topic,
        items: { State: 'true' },
        devices: ['c1', 'c2'],
        count: 2,
        firstAt: 10,
        lastAt: 20,
      },
      { topic: 'C', items: { State: 'true' }, devices: ['c1'], count: 1, firstAt: 5, lastAt: 5 },
    ])
    mappings.noteUnmapped(seen('B', 40))
    await mappings.stop()
    await mappings.save([own])
    await mappings.forget('C')
    expect(await open().unmapped()).toMatchObject([
      { topic: 'B', count: 2, firstAt: 30, lastAt: 40 },
    ])
  })

  it('have an end in number', async () => {
    const mappings = open()
    for (let i = 0; i < 1_200; i++) mappings.noteUnmapped(seen(`T${i}`, i))
    expect((await mappings.unmapped()).length).toBeLessThanOrEqual(500)
  })
})
