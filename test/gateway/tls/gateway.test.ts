import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../adapters/mqtt/kit.ts'
import { lacksMosquitto } from '../../adapters/mqtt/mosquitto.ts'
import { lacksPrograms, run } from '../../support/programs.ts'
import { openTownGateway, type TownGateway, villageA } from '../../support/town-gateway.ts'
import { lianxun } from '../cli/commands.ts'

/** The whole gateway behind a certificate of its own authority, seen by curl and Mosquitto's clients. */

const lacking =
  lacksMosquitto('the gateway behind TLS') ||
  lacksPrograms('the gateway behind TLS', 'openssl', 'curl')

describe.skipIf(lacking)('the gateway behind TLS', () => {
  let dataDir: string
  let gateway: TownGateway
  let https: number
  let mqtts: number
  const tls = (...name: string[]) => path.join(dataDir, 'tls', ...name)

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'lianxun-secure-'))
    const made = await lianxun(['tls', 'init', '--host', 'lianxun.town'], {
      LIANXUN_DATA_DIR: dataDir,
    })
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toContain(`Hand out ${tls('ca.crt')}`)
    gateway = await openTownGateway({
      dataDir,
      settings: {
        LIANXUN_HTTPS_PORT: '0',
        LIANXUN_MQTTS_PORT: '0',
        LIANXUN_TRUSTED_PROXIES: '127.0.0.1',
      },
    })
    const ready = /^.*Lianxun is ready.*$/m.exec(gateway.output())?.[0] ?? '{}'
    const ports = JSON.parse(ready) as { https: number; mqtts: number }
    https = ports.https
    mqtts = ports.mqtts
  }, 60_000)

  afterAll(async () => {
    await gateway?.remove()
    await rm(dataDir, { recursive: true, force: true })
  })

  const curl = (url: string, ...more: string[]) =>
    run('curl', [
      '-s',
      '-i',
      '--cacert',
      tls('ca.crt'),
      ...more,
      `https://127.0.0.1:${https}${url}`,
    ])

  test('curl takes its certificate, by name and by address', async () => {
    const byAddress = await curl('/healthz')
    expect(byAddress.code).toBe(0)
    expect(byAddress.text).toContain('{"ok":true}')
    expect(byAddress.text).toContain('strict-transport-security: max-age=15552000')
    const resolve = ['--resolve', `lianxun.town:${https}:127.0.0.1`]
    const byName = await run('curl', [
      '-s',
      '--cacert',
      tls('ca.crt'),
      ...resolve,
      `https://lianxun.town:${https}/healthz`,
    ])
    expect(byName).toEqual({ code: 0, text: '{"ok":true}' })
  })

  test('curl without the authority, for another name, or with TLS 1.1 gets nothing', async () => {
    const url = `https://127.0.0.1:${https}/healthz`
    expect((await run('curl', ['-s', url])).code).toBe(60)
    const resolve = ['--resolve', `evil.example:${https}:127.0.0.1`]
    const other = ['-s', '--cacert', tls('ca.crt'), ...resolve, `https://evil.example:${https}/`]
    expect((await run('curl', other)).code).toBe(60)
    expect((await curl('/healthz', '--tls-max', '1.1')).code).toBe(35)
  })

  test('signing in over https gives a cookie that never travels in the clear', async () => {
    const password = gateway.secrets.users.desk01 ?? ''
    const body = JSON.stringify({ username: 'desk01', password })
    const json = ['-H', 'content-type: application/json', '-d', body]
    const { text } = await curl('/api/v1/session', ...json)
    const cookie = /^set-cookie: (.*)$/im.exec(text)?.[1] ?? ''
    expect(cookie).toMatch(/^__Host-lianxun=/)
    expect(cookie).toContain('Secure')
    expect(cookie).toContain('HttpOnly')
    const seen = await curl('/api/v1/session', '-H', `cookie: ${cookie.split(';')[0]}`)
    expect(seen.text).toContain('"username":"desk01"')
  })

  test('plain HTTP from elsewhere leads to https or is refused; from this machine it stays', async () => {
    const elsewhere = { 'x-forwarded-for': '192.168.7.20' }
    const page = await gateway.ask('/cases', { headers: elsewhere })
    expect(page.status).toBe(308)
    expect(page.headers.location).toBe(`https://127.0.0.1:${https}/cases`)
    const signIn = await gateway.ask('/api/v1/session', {
      method: 'POST',
      headers: { ...elsewhere, 'content-type': 'application/json' },
      body: '{"username":"desk01","password":"x"}',
    })
    expect(signIn.status).toBe(403)
    expect(signIn.body.detail).toContain(`https://127.0.0.1:${https}`)
    expect((await gateway.ask('/healthz', { headers: elsewhere })).status).toBe(200)
    expect((await (await gateway.as('cadre01')).get('/api/v1/session')).status).toBe(200)
  })

  const device = 'v1-pm1'
  const topic = `lianxun/${villageA}/${device}/telemetry`

  function publish(
    value: number,
    more: readonly string[],
    secret = gateway.secrets.devices[device],
  ) {
    const login = ['-i', device, '-u', device, '-P', secret ?? '']
    const place = ['--cafile', tls('ca.crt'), '-h', '127.0.0.1', '-p', String(mqtts), '-q', '1']
    const message = ['-t', topic, '-m', `{"readings":{"pm25":${value}}}`]
    return run('mosquitto_pub', [...place, ...login, ...message, ...more])
  }

  async function isStored(value: number): Promise<boolean> {
    const desk = await gateway.as('desk01')
    const { body } = await desk.get(`/api/v1/devices/${device}`)
    return body.latest.some((one: { value: number }) => one.value === value)
  }

  async function certificate(id: string): Promise<string[]> {
    const made = await lianxun(['tls', 'device', id], { LIANXUN_DATA_DIR: dataDir })
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toContain(tls('ca.crt'))
    return ['--cert', tls('devices', `${id}.crt`), '--key', tls('devices', `${id}.key`)]
  }

  test('mosquitto_pub over MQTTS, with a certificate and without', async () => {
    expect(await publish(31.25, [])).toEqual({ code: 0, text: '' })
    await until('the first', () => isStored(31.25))
    const own = await certificate(device)
    expect(await publish(32.25, own)).toEqual({ code: 0, text: '' })
    await until('the second', () => isStored(32.25))
  })

  test('a certificate is no secret: the wrong one is refused with it', async () => {
    const own = [
      '--cert',
      tls('devices', `${device}.crt`),
      '--key',
      tls('devices', `${device}.key`),
    ]
    const { code, text } = await publish(33, own, 'a-wrong-secret-of-a-device')
    expect(code).not.toBe(0)
    expect(text).toMatch(/bad user name or password/i)
  })

  test("another device's certificate is refused, and so is one that is not for devices", async () => {
    const others = await certificate('v1-pm2')
    const { text } = await publish(34, others)
    expect(text).toMatch(/not authori[sz]ed/i)
    await until('the certificate in the log', () =>
      gateway.output().includes('its certificate is that of v1-pm2'),
    )
    const server = ['--cert', tls('server.crt'), '--key', tls('server.key')]
    expect((await publish(35, server)).code).not.toBe(0)
    await until('the refusal in the log', () =>
      gateway.output().includes('certificate is not good'),
    )
  })

  test('a packet over the limit ends the connection over TLS too, and a long one arrives', async () => {
    const readings = Array.from({ length: 400 }, (_, n) => ({
      ts: Date.now() - 600_000 + n * 1000,
      readings: { pm25: 20, temperature: 21, humidity: 40 },
    }))
    const message = JSON.stringify(readings)
    const place = ['--cafile', tls('ca.crt'), '-h', '127.0.0.1', '-p', String(mqtts), '-q', '1']
    const login = ['-i', device, '-u', device, '-P', gateway.secrets.devices[device] ?? '']
    const long = await run('mosquitto_pub', [...place, ...login, '-t', topic, '-m', message])
    expect(long).toEqual({ code: 0, text: '' })
    const file = path.join(dataDir, 'two-megabytes')
    await run('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', 'count=2'])
    const tooLong = await run('mosquitto_pub', [...place, ...login, '-t', topic, '-f', file])
    expect(tooLong.code).not.toBe(0)
    expect((await gateway.ask('/healthz')).status).toBe(200)
  })

  test('a device that is not known gets no certificate', async () => {
    const refused = await lianxun(['tls', 'device', 'v9-none'], { LIANXUN_DATA_DIR: dataDir })
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('there is no device v9-none')
    const outside = await lianxun(['tls', 'device', '../ca'], { LIANXUN_DATA_DIR: dataDir })
    expect(outside.code).toBe(1)
  })

  test('doctor looks at it, and at the ports', async () => {
    const { out } = await lianxun(['doctor'], {
      LIANXUN_DATA_DIR: dataDir,
      LIANXUN_HTTP_PORT: '0',
      LIANXUN_MQTT_PORT: '0',
      LIANXUN_HTTPS_PORT: '0',
      LIANXUN_MQTTS_PORT: '0',
    })
    expect(out).toMatch(/✓ the certificate is for lianxun\.town, .* runs until \d{4}-\d\d-\d\d/)
    expect(out).toContain('✓ HTTPS port')
    expect(out).toContain('✓ MQTTS port')
  })

  test('SIGTERM ends it though https connections are open, and no key was ever written out', async () => {
    const ca = await readFile(tls('ca.crt'))
    const held = connect({ port: https, host: '127.0.0.1', ca })
    held.on('error', () => {})
    held.write('GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
    await once(held, 'data')
    const { code, tookMs } = await gateway.end('SIGTERM')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(10_000)
    const keys = [tls('ca.key'), tls('server.key'), tls('devices', `${device}.key`)]
    for (const file of keys) {
      const secret = (await readFile(file, 'utf8')).split('\n')[1] as string
      expect(secret.length).toBeGreaterThan(20)
      expect(gateway.output()).not.toContain(secret)
    }
  })
})
