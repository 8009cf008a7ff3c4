import { setTimeout as delay } from 'node:timers/promises'
import mqtt from 'mqtt'
import { expect } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import type { Answer } from '../support/raw-http.ts'
import { type Person, signIn } from '../support/town-gateway.ts'

/** Somebody who goes on working on one case while the gateway dies again and again. */
export interface Office {
  /** Sees that nothing was lost so far, then acts until the gateway is gone. */
  work(): Promise<void>
  /** Acts that were acknowledged, each of which the course of the case must hold once. */
  acknowledged(): number
  expectKept(): Promise<void>
}

export const officeVillage = '990101101203'
const device = 'v3-sos1'
/** What the log must hold of the call that began it. */
export const officeCall = `${device} event the-office`
const betweenActsMs = 40

export interface OfficeOptions {
  http: () => number
  mqttPort: number
  password: string
  secret: string
}

async function callForHelp({ mqttPort, secret }: OfficeOptions, startMs: number): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    clientId: device,
    username: device,
    password: secret,
    reconnectPeriod: 0,
  })
  const payload = JSON.stringify({ ts: startMs, id: 'the-office', type: 'help', state: 'pulse' })
  await client.publishAsync(`lianxun/${officeVillage}/${device}/event`, payload, { qos: 1 })
  await client.endAsync()
}

async function openCase(desk: Person): Promise<string> {
  let found: { id: string } | undefined
  await until('the case', async () => {
    const { body } = await desk.get(`/api/v1/cases?village=${officeVillage}&hazard=helpCall`)
    found = body.items[0]
    return found !== undefined
  })
  return found?.id ?? ''
}

export async function openOffice(options: OfficeOptions, startMs: number): Promise<Office> {
  const desk = await signIn(options.http, { username: 'sup01', password: options.password })
  await callForHelp(options, startMs)
  const url = `/api/v1/cases/${await openCase(desk)}`
  const kept: string[] = []
  let lastVersion = (await desk.get(url)).body.version as number
  let next = 0

  async function act(state: string): Promise<Answer> {
    next += 1
    if (state === 'reported') return desk.send('POST', `${url}/actions`, { action: 'accept' })
    if (state === 'accepted') {
      return desk.send('POST', `${url}/actions`, { action: 'dispatch', to: { team: 'night' } })
    }
    const reason = `sent back, number ${next}`
    const answer = await desk.send('POST', `${url}/actions`, { action: 'sendBack', reason })
    if (answer.status === 200) kept.push(reason)
    return answer
  }

  return {
    acknowledged: () => kept.length,
    async work() {
      let { body } = await desk.get(url)
      // The one act whose answer never came may have been done.
      expect([lastVersion, lastVersion + 1]).toContain(body.version)
      for (;;) {
        lastVersion = body.version
        const answer = await act(body.state).catch(() => undefined)
        if (answer === undefined) return
        expect([answer.status, answer.text]).toEqual([200, answer.text])
        body = answer.body
        lastVersion = body.version
        await delay(betweenActsMs)
      }
    },
    async expectKept() {
      const { timeline } = (await desk.get(url)).body as { timeline: { text: string | null }[] }
      const told = timeline.map(({ text }) => text).filter((text) => text?.startsWith('sent back'))
      expect(new Set(told).size).toBe(told.length)
      expect(kept.filter((reason) => !told.includes(reason))).toEqual([])
    },
  }
}
