import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { freePort } from '../support/free-port.ts'
import { root } from './setting.ts'

/**
 * Debian's Mosquitto with the access rules that packaging/mosquitto gives to outside brokers: a
 * foreign broker tells whether the simulated devices speak MQTT as they should.
 */

export const hasMosquitto = existsSync('/usr/sbin/mosquitto')

interface Heard {
  topic: string
  payload: string
  retain: boolean
}

export interface Broker {
  url: string
  /** All messages since the start, as the gateway's login sees them. */
  heard: Heard[]
  stop(): Promise<void>
}

/** Resolves when `holds` does; the bound is for a machine under load. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 20_000) {
  const giveUp = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > giveUp) throw new Error('it did not come to that in time')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function configure(directory: string, port: number, logins: ReadonlyMap<string, string>): string {
  const passwords = join(directory, 'passwords')
  const lines = [...logins].map(([user, secret]) => `${user}:${secret}`)
  writeFileSync(passwords, `${lines.join('\n')}\n`)
  execFileSync('mosquitto_passwd', ['-U', passwords])
  const acl = join(directory, 'acl')
  writeFileSync(acl, readFileSync(join(root, 'packaging/mosquitto/acl')))
  const file = join(directory, 'mosquitto.conf')
  const settings = readFileSync(join(root, 'packaging/mosquitto/mosquitto.conf'), 'utf8')
    .replace('listener 1883', `listener ${port} 127.0.0.1\nuser root`)
    .replace('/mosquitto/data/passwords', passwords)
    .replace('/mosquitto/config/acl', acl)
    .replace('persistence_location /mosquitto/data/', `persistence_location ${directory}/`)
  writeFileSync(file, settings)
  return file
}

async function listen(url: string, password: string) {
  const heard: Heard[] = []
  const client = mqtt.connect(url, { username: 'lianxun', password, reconnectPeriod: 50 })
  client.on('error', () => undefined)
  client.on('message', (topic, payload, { retain }) => {
    heard.push({ topic, payload: payload.toString(), retain })
  })
  await new Promise((resolve) => client.once('connect', resolve))
  await client.subscribeAsync('lianxun/#', { qos: 1 })
  return { heard, client }
}

export async function startBroker(secrets: ReadonlyMap<string, string>): Promise<Broker> {
  const directory = mkdtempSync(join(tmpdir(), 'lianxun-fleet-'))
  const port = await freePort()
  const logins = new Map([...secrets, ['lianxun', 'the-gateway-listens']])
  const config = configure(directory, port, logins)
  const child = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: 'ignore' })
  const url = `mqtt://127.0.0.1:${port}`
  const { heard, client } = await listen(url, 'the-gateway-listens')
  return {
    url,
    heard,
    async stop() {
      await client.endAsync(true)
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(directory, { recursive: true })
    },
  }
}
