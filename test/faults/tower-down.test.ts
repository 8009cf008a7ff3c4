import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { villageA, villageB } from '../support/town-gateway.ts'
import { type ClockedGateway, speak, startClockedGateway } from './clocked-gateway.ts'

const silentAfterMs = 900_000
const behindTower = ['v1-pm1', 'v1-pm2', 'v1-pm3', 'v1-pm4', 'v1-smoke1', 'v1-smoke2', 'v1-smoke3']
const elsewhere = ['v2-pm1', 'v2-smoke1']

describe('a tower or link down', () => {
  let gateway: ClockedGateway
  let theirs: MqttClient[]
  let others: MqttClient[]

  beforeEach(async () => {
    gateway = await startClockedGateway()
    theirs = await Promise.all(behindTower.map((id) => gateway.device(id)))
    others = await Promise.all(elsewhere.map((id) => gateway.device(id)))
    await speak(theirs, villageA)
    await speak(others, villageB)
  })

  afterEach(() => gateway?.stop())

  const items = async (list: string) => (await gateway.desk.get(`/api/v1/${list}`)).body.items

  test('one case, not one per device behind it; it is over when they speak again', async () => {
    // The line hangs: nobody says goodbye, nothing more comes through.
    for (let passed = 0; passed <= silentAfterMs; passed += silentAfterMs / 3) {
      gateway.pass(silentAfterMs / 3)
      await speak(others, villageB)
      await gateway.look()
    }
    await until(
      'all the alarms',
      async () => (await items('alarms?active=true')).length >= behindTower.length,
    )
    const alarms = (await items('alarms')) as { device: string; incident: string }[]
    expect(alarms.map(({ device }) => device).sort()).toEqual(behindTower)
    expect(new Set(alarms.map(({ incident }) => incident)).size).toBe(1)
    const cases = await items('cases')
    expect(cases).toMatchObject([
      { hazard: 'deviceFault', village: villageA, alarms: behindTower.length, severity: 'blue' },
    ])
    console.log(`tower down: ${alarms.length} silent devices, ${cases.length} case`)

    await speak(theirs, villageA)
    await until('the end', async () => (await items('alarms?active=true')).length === 0)
    expect(await items('cases')).toHaveLength(1)
  })
})
