import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFilesLimit } from '../../adapters/mqtt/open-files.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { openTownGateway, type TownGateway, villageA } from '../support/town-gateway.ts'

/** The whole gateway goes and comes back; ten thousand devices with their own secrets come with it. */

const wanted = 10_000
const logins = Array.from({ length: wanted }, (_, i) => ({
  id: `many-${i}`,
  secret: `secret-of-many-${i}-0123456789`,
}))
let gateway: TownGateway
/** One process of this test holds all clients; where it may not, as many as it may. */
const openFiles = openFilesLimit() ?? Number.POSITIVE_INFINITY
const count = Math.min(wanted, openFiles - 500)

beforeAll(async () => {
  gateway = await openTownGateway({ prepare: addDevices })
}, 120_000)
afterAll(() => gateway?.remove())

async function addDevices(folder: string): Promise<void> {
  const rows = logins.map(
    ({ id, secret }) => `${id},${id},smokeSensor,${villageA},106.7,29.18,mqtt,${secret}`,
  )
  const header = 'id,name,kind,village,lon,lat,adapter,secret'
  await writeFile(path.join(folder, 'devices.csv'), `${[header, ...rows].join('\n')}\n`)
}

const figure = async (name: string) => {
  const { text } = await gateway.ask('/metrics')
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1])
}

test('10,000 clients reconnect at once, with authentication: all back within 30 s', {
  timeout: 240_000,
}, async () => {
  if (count < wanted) {
    console.log(
      `reconnect: a process may open ${openFiles} files here, so ${count} clients come instead of ${wanted} (ulimit -n)`,
    )
  }
  const clients = fork(path.join(import.meta.dirname, 'mqtt-reconnect-clients.ts'))
  type Answer = { allAfterMs: number; refused: number }
  clients.send({ port: gateway.mqtt, logins: logins.slice(0, count) })
  const [first] = (await once(clients, 'message')) as [Answer]

  const gone = once(clients, 'message')
  await gateway.end('SIGKILL')
  await gone
  await gateway.start()
  // From the moment that there is somebody to come back to.
  clients.send('now')
  const [again] = (await once(clients, 'message')) as [Answer]
  console.log(
    `reconnect: ${count} clients with a secret each were in after ${Math.round(first.allAfterMs)} ms at first, and back ${Math.round(again.allAfterMs)} ms after the gateway was ready again; ${again.refused} were refused`,
  )
  expect(again.allAfterMs).toBeLessThan(30_000)
  expect(again.refused).toBe(0)
  // Each arrival is an observation, stored.
  await until('their presence', async () => (await figure('lianxun_log_head')) >= count, 60_000)
  expect(await figure('lianxun_adapter_connections_total')).toBeGreaterThanOrEqual(count)

  const ended = once(clients, 'exit')
  clients.kill('SIGKILL')
  await ended
})
