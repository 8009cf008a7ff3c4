import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeHouse, type House, startEmbedded, topicOf, until } from './kit.ts'
import { lacksMosquitto, runTool } from './mosquitto.ts'

/** The embedded broker seen by clients that its authors did not write. */
describe.skipIf(lacksMosquitto('mosquitto clients against the embedded broker'))(
  'mosquitto_pub and mosquitto_sub',
  () => {
    let house: House
    let broker: Awaited<ReturnType<typeof startEmbedded>>

    beforeAll(async () => {
      house = fakeHouse(['a', 'b'])
      broker = await startEmbedded(house)
    })
    afterAll(() => broker.stop())

    const login = (device: string, secret = `secret-${device}`) => [
      '-h',
      '127.0.0.1',
      '-p',
      String(broker.listening),
      '-u',
      device,
      '-P',
      secret,
    ]
    const publish = (device: string, ...args: string[]) =>
      runTool('mosquitto_pub', [...login(device), ...args])

    test.each(['0', '1', '2'])('publish with QoS %s', async (qos) => {
      const before = house.messages().length
      const message = `{"readings":{"pm25":${qos}}}`
      const { code, output } = await publish('a', '-q', qos, '-t', topicOf('a'), '-m', message)
      expect(output).toBe('')
      expect(code).toBe(0)
      await until('the message', () => house.messages().length === before + 1)
      expect(house.payloads().at(-1)).toBe(message)
    })

    test.each(['mqttv31', 'mqttv311'])('protocol %s', async (version) => {
      // Before 3.1.1 a client id is needed, and the tool makes one up.
      const args = [
        '-i',
        'a-tool',
        '-V',
        version,
        '-q',
        '1',
        '-t',
        topicOf('a'),
        '-m',
        '{"readings":{"pm25":1}}',
      ]
      expect(await publish('a', ...args)).toEqual({ code: 0, output: '' })
    })

    test('a retained status and a will', async () => {
      const status = ['-r', '-q', '1', '-t', topicOf('a', 'status'), '-m', 'online']
      const will = [
        '--will-topic',
        topicOf('a', 'status'),
        '--will-payload',
        'offline',
        '--will-retain',
      ]
      expect(await publish('a', ...status, ...will)).toEqual({ code: 0, output: '' })
      const args = [...login('a'), '-t', topicOf('a', 'status'), '-C', '1', '-W', '10']
      expect((await runTool('mosquitto_sub', args)).output).toBe('online\n')
    })

    test('a wrong secret', async () => {
      const args = [...login('a', 'secret-b'), '-q', '1', '-t', topicOf('a'), '-m', '{}']
      const { code, output } = await runTool('mosquitto_pub', args)
      expect(code).not.toBe(0)
      expect(output).toMatch(/bad user name or password/i)
    })

    test('no login at all', async () => {
      const args = [
        '-h',
        '127.0.0.1',
        '-p',
        String(broker.listening),
        '-t',
        topicOf('a'),
        '-m',
        '{}',
      ]
      expect((await runTool('mosquitto_pub', args)).output).toMatch(/not authori[sz]ed/i)
    })

    test("another device's topic", async () => {
      const before = house.messages().length
      const { code } = await publish('b', '-q', '1', '-t', topicOf('a'), '-m', '{"readings":{}}')
      expect(code).not.toBe(0)
      expect(house.messages()).toHaveLength(before)
    })

    test("a will on another device's topic", async () => {
      const will = ['--will-topic', topicOf('a', 'status'), '--will-payload', 'offline']
      const { output } = await publish('b', '-q', '1', '-t', topicOf('b'), '-m', '{}', ...will)
      expect(output).toMatch(/not authori[sz]ed/i)
    })

    test.each(['#', '$SYS/#', 'lianxun/#', topicOf('a', '#')])(
      'subscribe to %s',
      async (filter) => {
        const args = [...login('b'), '-q', '1', '-t', filter, '-W', '10']
        const { output } = await runTool('mosquitto_sub', args)
        expect(output).toMatch(/all subscription requests were denied/i)
      },
    )
  },
)
