import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { villageA } from '../support/town-gateway.ts'
import { type ClockedGateway, speak, startClockedGateway } from './clocked-gateway.ts'

const hourMs = 3_600_000
const silentAfterMs = 900_000
const heard = ['v1-pm1', 'v1-pm2', 'v1-smoke1']
const steps = [
  ['forward', hourMs],
  ['back', -hourMs],
] as const

describe('clock steps of ±1 h', () => {
  let gateway: ClockedGateway
  let devices: MqttClient[]

  beforeEach(async () => {
    gateway = await startClockedGateway()
    devices = await Promise.all(heard.map((id) => gateway.device(id)))
    await speak(devices, villageA)
  })

  afterEach(() => gateway?.stop())

  const alarms = async () =>
    (await gateway.desk.get('/api/v1/alarms')).body.items as { device: string }[]

  async function offline(): Promise<string[]> {
    const { items } = (await gateway.desk.get('/api/v1/devices?limit=200')).body as {
      items: { id: string; online: boolean | null }[]
    }
    return items.filter(({ online }) => online === false).map(({ id }) => id)
  }

  test.each(steps)(
    '%s: timers are monotonic; no false offline, no false silence',
    async (_, ms) => {
      gateway.step(ms)
      await gateway.look()
      await gateway.look()
      expect(await alarms()).toEqual([])
      expect(await offline()).toEqual([])
      await speak(devices, villageA)
      gateway.pass(10 * 60_000)
      await gateway.look()
      gateway.step(0)
      await gateway.look()
      expect(await alarms()).toEqual([])
      expect(await offline()).toEqual([])
      // The session of the screen lives on too, or the answers above would be none.
      expect((await gateway.desk.get('/api/v1/session')).status).toBe(200)
      console.log(`clock steps: ${ms / 60_000} min and back: 0 alarms, 0 devices offline`)
    },
  )

  test.each(steps)('%s: who is really silent is found all the same', async (_, ms) => {
    gateway.step(ms)
    await speak(devices, villageA)
    gateway.pass(silentAfterMs / 2)
    await speak(devices.slice(1), villageA)
    gateway.pass(silentAfterMs / 2 + 1000)
    await gateway.look()
    await until('the alarm', async () => (await alarms()).length > 0)
    expect((await alarms()).map(({ device }) => device)).toEqual(['v1-pm1'])
  })
})
