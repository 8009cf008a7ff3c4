import { beforeEach, describe, expect, it } from 'vitest'
import { gatewaySpeaker } from '../../../gateway/domain/gateway-rules.ts'
import type { Rule } from '../../../gateway/domain/rule.ts'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import { ensureGatewayRules, ensureHouseRules } from '../../../gateway/storage/house-rules.ts'
import { townCode, useHouseTables } from './house-tables.ts'

/** The gateway as somebody who speaks, and the rules by which it is heard. */

const house = useHouseTables()
const ids = async () =>
  (await house.db.selectFrom('rule').select('id').orderBy('position').execute()).map(({ id }) => id)

async function addHazard(id: string) {
  await house.db.insertInto('hazard').values({ id, position: 0, body: '{}' }).execute()
}

describe('the gateway’s own rules', () => {
  it('come once the town knows device faults, and never again', async () => {
    expect(await ensureGatewayRules(house.db)).toBe(false)
    await addHazard('deviceFault')
    expect(await ensureGatewayRules(house.db)).toBe(true)
    expect(await ids()).toEqual(['disk-filling', 'disk-nearly-full'])
    await house.db.deleteFrom('rule').where('id', '=', 'disk-filling').execute()
    expect(await ensureGatewayRules(house.db)).toBe(false)
    expect(await ids()).toEqual(['disk-nearly-full'])
  })

  it('leave out what a rule of the town hears already, and an id that is taken', async () => {
    await addHazard('deviceFault')
    const own: Rule[] = [
      {
        id: 'our-disk',
        name: '磁盘',
        hazard: 'deviceFault',
        severity: 'red',
        kinds: ['gateway'],
        when: { event: ['diskNearlyFull'] },
      },
    ]
    for (const [position, rule] of own.entries()) {
      const body = JSON.stringify(rule)
      await house.db.insertInto('rule').values({ id: rule.id, position, body }).execute()
    }
    await ensureGatewayRules(house.db)
    expect(await ids()).toEqual(['our-disk', 'disk-filling'])
  })

  it('come together with those of the patrols', async () => {
    await addHazard('deviceFault')
    await addHazard('patrolMissed')
    await ensureHouseRules(house.db)
    expect((await ids()).toSorted()).toEqual([
      'disk-filling',
      'disk-nearly-full',
      'patrol-late',
      'patrol-missed',
    ])
  })
})

describe('the gateway', () => {
  const clock = { now: () => 0, monotonic: () => 0 }
  const registry = () =>
    createDeviceRegistry({ db: house.db, key: Buffer.alloc(32, 7), clock, warn: () => {} })

  beforeEach(async () => {
    const ring = [
      [106, 29],
      [106.2, 29],
      [106.2, 29.1],
      [106, 29],
    ]
    const boundary = JSON.stringify({ type: 'Polygon', coordinates: [ring] })
    const row = { code: townCode, name: '云岭镇', level: 'town', parent: null, boundary }
    await house.db.insertInto('place').values(row).execute()
  })

  it('speaks for the town as a whole, and is no device', async () => {
    const devices = registry()
    await devices.reload()
    expect(devices.speaker(gatewaySpeaker)).toMatchObject({
      kind: 'gateway',
      village: townCode,
      grid: null,
      position: [106.1, 29.05],
      state: 'active',
    })
    expect([devices.get(gatewaySpeaker), devices.all()]).toEqual([undefined, []])
    expect(devices.admit(gatewaySpeaker, Buffer.from(''))).toBeUndefined()
  })

  it('has nobody to speak to before there is a town', async () => {
    await house.db.deleteFrom('place').execute()
    const devices = registry()
    await devices.reload()
    expect(devices.speaker(gatewaySpeaker)).toBeUndefined()
  })
})
