import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMqttAdapter, type MqttAdapter } from '../../../../adapters/mqtt/adapter.ts'
import { fakeHouse, startEmbedded, topicOf, until, village } from '../../../adapters/mqtt/kit.ts'
import {
  lacksMosquitto,
  type Mosquitto,
  runTool,
  startMosquitto,
} from '../../../adapters/mqtt/mosquitto.ts'
import { freePort } from '../../../support/free-port.ts'
import { type Bench, openBench } from '../bench.ts'

/** Village loudspeakers on a topic: at the broker inside, at the one outside, and at one of their own. */

const topic = topicOf('a', 'command')
const spoken = '注意，注意。案件 c，橙色警情。请注意安全，听从安排。'
let bench: Bench

afterEach(() => bench.stop())

async function rows() {
  return bench.db
    .selectFrom('delivery')
    .select(['state', 'error', 'receipt', 'attempts'])
    .orderBy('id')
    .execute()
}

/** A loudspeaker: what it was told, from the moment it listens. */
async function speaker(url: string, device: string, at = topic, clientId = device) {
  const client = await mqtt.connectAsync(url, {
    clientId,
    username: device,
    password: `secret-${device}`,
    reconnectPeriod: 0,
  })
  const heard: { topic: string; qos: number; body: unknown }[] = []
  client.on('message', (to, payload, { qos }) => {
    heard.push({ topic: to, qos, body: JSON.parse(payload.toString()) })
  })
  const [granted] = await client.subscribeAsync(at, { qos: 1 }).catch(() => [undefined])
  return { client, heard, granted: granted?.qos }
}

describe('at the broker inside', () => {
  const house = fakeHouse(['a', 'b'])
  let broker: Awaited<ReturnType<typeof startEmbedded>>
  let url: string
  let open: MqttClient[] = []

  beforeAll(async () => {
    broker = await startEmbedded(house)
    url = `mqtt://127.0.0.1:${broker.listening}`
  })
  afterAll(() => broker.stop())

  beforeEach(async () => {
    bench = await openBench(broker.commands)
  })
  afterEach(async () => {
    for (const client of open) await client.endAsync(true)
    open = []
  })

  async function horn(device = 'a', at = topic, clientId = device) {
    const one = await speaker(url, device, at, clientId)
    open.push(one.client)
    return one
  }

  const channel = (at = topic) => bench.channel('loudspeaker', '', { carrier: 'mqtt', topic: at })

  it('tells a connected speaker what to say, and that it was handed over', async () => {
    const { heard } = await horn()
    await bench.rules({ channel: await channel() })
    await bench.happens('c', 'opened')
    await bench.look()
    expect(await rows()).toEqual([{ state: 'sent', error: null, receipt: 'handed', attempts: 1 }])
    await until('the message', () => heard.length === 1)
    expect(heard).toEqual([
      {
        topic,
        qos: 1,
        body: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          text: spoken,
          severity: 'orange',
          at: bench.clock.now(),
        },
      },
    ])
    expect(house.messages()).toEqual([])
  })

  it('waits for a speaker that is away, and says why', async () => {
    await bench.rules({ channel: await channel() })
    await bench.happens('c', 'opened')
    await bench.look()
    const error = 'no device that is connected listens to this topic'
    expect(await rows()).toMatchObject([{ state: 'waiting', error, attempts: 1 }])
    expect((await bench.notices.channels.list())[0]).toMatchObject({ trouble: error, topic })
    const { heard } = await horn()
    await bench.pass(1)
    expect(await rows()).toMatchObject([{ state: 'sent', error: null, receipt: 'handed' }])
    await until('the message', () => heard.length === 1)
  })

  it('in order, and each once', async () => {
    const { heard } = await horn()
    await bench.rules({ channel: await channel() })
    for (const name of ['c1', 'c2', 'c3']) await bench.happens(name, 'opened')
    await bench.look()
    await until('three messages', () => heard.length === 3)
    const texts = heard.map(({ body }) => (body as { text: string }).text)
    expect(texts.map((text) => /案件 (\S+?)，/.exec(text)?.[1])).toEqual(['c1', 'c2', 'c3'])
    await bench.pass(3)
    expect(heard).toHaveLength(3)
  })

  it.skipIf(lacksMosquitto('a speaker that is mosquitto_sub'))('with mosquitto_sub', async () => {
    await bench.rules({ channel: await channel() })
    const login = ['-h', '127.0.0.1', '-p', String(broker.listening), '-u', 'a', '-P', 'secret-a']
    const listening = runTool('mosquitto_sub', [...login, '-q', '1', '-t', topic, '-C', '1'])
    await bench.happens('c', 'opened')
    await until('the receipt', async () => {
      await bench.pass(1)
      return (await rows())[0]?.state === 'sent'
    })
    const { code, output } = await listening
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ text: spoken, severity: 'orange' })
  })

  it('a device hears its own commands and nobody else’s', async () => {
    const [own, all, foreign] = [
      await horn('a'),
      await horn('b', topicOf('b', '#')),
      await horn('b', topic, 'b-2'),
    ]
    expect([own.granted, all.granted]).toEqual([1, 1])
    // mqtt.js makes an error of a refused subscription.
    expect(foreign.granted).toBeUndefined()
    await broker.commands.send({ topic, payload: '{}' }, new AbortController().signal)
    await broker.commands.send(
      { topic: topicOf('b', 'command'), payload: '{}' },
      new AbortController().signal,
    )
    await until('both', () => own.heard.length + all.heard.length === 2)
    expect(all.heard.map((one) => one.topic)).toEqual([topicOf('b', 'command')])
    expect(foreign.heard).toEqual([])
  })

  it('a test message goes the same way', async () => {
    const { heard } = await horn()
    const id = await channel()
    const by = { actor: { id: 'admin' }, address: '127.0.0.1' } as never
    expect(await bench.notices.desk.test(by, id)).toEqual({ ok: true, error: null })
    await until('the message', () => heard.length === 1)
    expect(heard[0]?.body).toMatchObject({ text: '联巡广播测试。' })
  })

  it.each([
    ['', 'topic: is missing'],
    ['lianxun/1/a/#', '"+" and "#"'],
    ['$SYS/x', 'must not begin with $'],
    ['village/horn', 'must be lianxun/<village>/<device>/command'],
    [topicOf('a', 'telemetry'), 'must be lianxun/<village>/<device>/command'],
    [topicOf('nobody', 'command'), 'there is no "nobody"'],
    [topicOf('a', 'command', '990101101202'), `the village of a, which is ${village}`],
    ['x'.repeat(257), 'longer than 256 bytes'],
  ])('%j is no topic for it', async (wrong, why) => {
    await expect(channel(wrong)).rejects.toThrow(why)
  })

  it('no other kind travels so, and no login belongs to it', async () => {
    const more = { carrier: 'mqtt', topic } as const
    await expect(bench.channel('webhook', '', more)).rejects.toThrow('only loudspeakers')
    await expect(bench.channel('loudspeaker', '', { ...more, secret: 's' })).rejects.toThrow(
      'needs none',
    )
    await expect(bench.channel('wecom', 'https://x.example', { topic })).rejects.toThrow(
      'belongs to loudspeakers over MQTT',
    )
  })
})

describe.skipIf(lacksMosquitto('loudspeakers at Mosquitto'))('at Mosquitto', () => {
  const login = { user: 'gateway', secret: 'a secret:of @ it' }
  let mosquitto: Mosquitto
  let listener: Awaited<ReturnType<typeof speaker>>

  beforeAll(async () => {
    mosquitto = await startMosquitto()
    listener = await speaker(mosquitto.url, 'horn', 'village/+/say')
  })
  afterAll(async () => {
    await listener?.client.endAsync(true)
    await mosquitto?.stop()
  })
  beforeEach(() => {
    listener.heard.length = 0
  })

  describe('that the gateway is connected to', () => {
    let adapter: MqttAdapter
    const house = fakeHouse(['a'])

    beforeEach(async () => {
      adapter = createMqttAdapter({ mode: 'broker', url: mosquitto.url }, house.context)
      await adapter.start()
      await until('the subscription', () => adapter.connected())
      bench = await openBench(adapter.commands)
    })
    afterEach(() => adapter.stop())

    it('tells any topic, and the PUBACK is the receipt', async () => {
      const channel = await bench.channel('loudspeaker', '', {
        carrier: 'mqtt',
        topic: 'village/1/say',
      })
      await bench.rules({ channel })
      await bench.happens('c', 'opened')
      await bench.look()
      expect(await rows()).toMatchObject([{ state: 'sent', receipt: 'puback' }])
      await until('the message', () => listener.heard.length === 1)
      expect(listener.heard[0]).toMatchObject({ qos: 1, body: { text: spoken } })
    })

    it('hears its own words to a device again and takes them for nothing', async () => {
      const channel = await bench.channel('loudspeaker', '', { carrier: 'mqtt', topic })
      await bench.rules({ channel })
      await bench.happens('c', 'opened')
      await bench.look()
      // Behind the command in the same stream: when this is there, that was.
      await listener.client.publishAsync(topicOf('a'), '{"readings":{"pm25":1}}', { qos: 1 })
      await until('the reading', () => house.messages().length === 1)
      expect(house.payloads()).toEqual(['{"readings":{"pm25":1}}'])
    })

    it('nothing where devices report', async () => {
      const more = { carrier: 'mqtt', topic: topicOf('a', 'event') } as const
      await expect(bench.channel('loudspeaker', '', more)).rejects.toThrow(
        'must not be one on which devices report',
      )
    })

    it('without a connection it waits, and is said once when there is one', async () => {
      const channel = await bench.channel('loudspeaker', '', {
        carrier: 'mqtt',
        topic: 'village/2/say',
      })
      await bench.rules({ channel })
      await adapter.stop()
      await bench.happens('c', 'opened')
      await bench.look()
      expect(await rows()).toMatchObject([
        { state: 'waiting', error: 'there is no connection to the broker' },
      ])
      await adapter.start()
      await until('the subscription', () => adapter.connected())
      await bench.pass(1)
      expect(await rows()).toMatchObject([{ state: 'sent' }])
      await until('the message', () => listener.heard.length === 1)
    })
  })

  describe('of its own', () => {
    let own: Mosquitto

    beforeAll(async () => {
      own = await startMosquitto({ password: login })
    })
    afterAll(() => own?.stop())
    beforeEach(async () => {
      bench = await openBench()
    })

    const channel = (more: object = {}, url = `mqtt://127.0.0.1:${own.port}`) =>
      bench.channel('loudspeaker', url, {
        carrier: 'mqtt',
        topic: 'village/1/say',
        username: login.user,
        secret: login.secret,
        ...more,
      })

    async function failure(id: string): Promise<string | null | undefined> {
      await bench.rules({ channel: id })
      await bench.happens('c', 'opened')
      await bench.look()
      return (await rows())[0]?.error
    }

    it('with user and password, which stand nowhere to be read', async () => {
      const client = await mqtt.connectAsync(own.url.replace(/\/\/.*@/, '//'), {
        username: login.user,
        password: login.secret,
        reconnectPeriod: 0,
      })
      const heard: string[] = []
      client.on('message', (_topic, payload) => heard.push(payload.toString()))
      await client.subscribeAsync('village/1/say', { qos: 1 })
      await bench.rules({ channel: await channel() })
      await bench.happens('c', 'opened')
      await bench.look()
      expect(await rows()).toMatchObject([{ state: 'sent', receipt: 'puback' }])
      await until('the message', () => heard.length === 1)
      expect(JSON.parse(heard[0] as string)).toMatchObject({ text: spoken, severity: 'orange' })
      await client.endAsync(true)
      const stored = JSON.stringify([
        await bench.db.selectFrom('notify_channel').selectAll().execute(),
        await bench.db.selectFrom('audit').selectAll().execute(),
        await bench.notices.channels.list(),
      ])
      expect(stored).toContain('village/1/say')
      expect(stored).not.toContain(login.secret)
      expect(stored).not.toContain(`"${login.user}"`)
    })

    it('says when nobody listens there', async () => {
      expect(await failure(await channel())).toBe('nobody listens to this topic at the broker')
    })

    it('says when the login is wrong', async () => {
      expect(await failure(await channel({ secret: 'another' }))).toBe(
        'the broker refuses the user or password',
      )
    })

    it('says when nothing is there', async () => {
      const url = `mqtt://127.0.0.1:${await freePort()}`
      expect(await failure(await channel({}, url))).toBe('the receiver refuses the connection')
    })

    it('may be left for the gateway’s own broker again, without its login', async () => {
      const id = await channel()
      const by = { actor: { id: 'admin' }, address: '127.0.0.1' } as never
      await bench.notices.desk.change(by, id, { topic: 'village/3/say' })
      expect(await bench.notices.channels.secrets(id)).toMatchObject({ username: login.user })
      const changed = await bench.notices.desk.change(by, id, { url: '' })
      expect(changed).toMatchObject({ host: null, topic: 'village/3/say' })
      expect(await bench.notices.channels.secrets(id)).toEqual({})
    })

    it.each([
      ['http://127.0.0.1:1883', 'must begin with mqtts:// or mqtt://'],
      ['mqtt://user:word@127.0.0.1', 'must hold no user name or password'],
      ['mqtt://127.0.0.1/a/topic', 'the topic has a field of its own'],
      ['mqtt://', 'must name a host'],
      ['mqtt://169.254.169.254', 'never that of a receiver'],
    ])('%s is no address of a broker', async (url, why) => {
      await expect(channel({}, url)).rejects.toThrow(why)
    })
  })
})
