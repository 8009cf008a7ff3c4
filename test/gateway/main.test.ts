import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lianxun, type Running, root, type Settings, startGateway } from './cli/commands.ts'
import { signIn as signInAs } from './http/house.ts'

const sample = join(root, 'examples/town')
const password = 'Lantern-Hill-42'

let directory: string
let settings: Settings
let running: Running | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-main-'))
  settings = {
    LIANXUN_DATA_DIR: join(directory, 'data'),
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
    LIANXUN_ADMIN_PASSWORD: password,
  }
})

afterEach(async () => {
  running?.child.kill('SIGKILL')
  await running?.ended
  running = undefined
  await rm(directory, { recursive: true, force: true })
})

async function importStructure(extra: Record<string, string> = {}): Promise<void> {
  const folder = join(directory, `town-${Object.keys(extra).length}`)
  await mkdir(folder)
  for (const name of ['places.geojson', 'hazards.yaml', 'rules.yaml']) {
    await cp(join(sample, name), join(folder, name))
  }
  for (const [name, text] of Object.entries(extra)) await writeFile(join(folder, name), text)
  const ran = await lianxun(['import', folder], settings)
  if (ran.code !== 0) throw new Error(ran.err)
}

async function start(): Promise<{ base: string; mqttPort: number }> {
  running = startGateway(settings)
  const line = JSON.parse(await running.said('is ready')) as { http: number; mqtt: number }
  return { base: `http://127.0.0.1:${line.http}`, mqttPort: line.mqtt }
}

async function signIn(base: string) {
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(base + path, init)
    const text = await response.text()
    const body = text.startsWith('{') ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body }
  }
  return signInAs(ask, 'admin')
}

/** Waits for another process, within a bound. */
async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = Date.now() + 15_000
  while (Date.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain: ${what}`)
}

describe('starting', () => {
  it('says where it is, makes admin once there is a town, and warns of nothing', async () => {
    const { base } = await start()
    await running?.said('There is no town yet')
    await importStructure()
    await running?.said('user admin was created')
    const admin = await signIn(base)
    expect((await admin.get('/api/v1/session')).body.person).toMatchObject({
      username: 'admin',
      role: 'townAdmin',
      scope: '990101101',
    })
    running?.child.kill('SIGTERM')
    const ended = await running?.ended
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(running?.lines.join('\n')).not.toContain(password)
  })

  it('never makes admin again after somebody removed it', async () => {
    await importStructure()
    await start()
    await running?.said('user admin was created')
    running?.child.kill('SIGTERM')
    await running?.ended
    const { base } = await start()
    expect(running?.lines.join()).not.toContain('user admin was created')
    await signIn(base)
  })

  it('the first start: the terminal says where to go and a one-time code, which stands in no log', async () => {
    settings.LIANXUN_ADMIN_PASSWORD = undefined
    const { base } = await start()
    const invitation = (await running?.said('one-time code')) ?? ''
    const [, address, code] =
      /^Open (\S+)\/setup .*: ([A-Z2-9]{4}-[A-Z2-9]{4})$/.exec(invitation) ?? []
    expect(address).toBe(base)
    const answer = await fetch(`${base}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code,
        administrator: { username: 'admin', displayName: '镇管理员', password },
        town: { kind: 'sample' },
      }),
    })
    expect([answer.status, await answer.text()]).toEqual([201, expect.stringContaining('云岭镇')])
    const admin = await signIn(base)
    expect((await admin.get('/api/v1/account')).body.person.role).toBe('townAdmin')
    running?.child.kill('SIGTERM')
    await running?.ended
    const logged = running?.lines.filter((line) => line.startsWith('{')).join()
    expect(logged).toContain('is ready')
    expect(logged).not.toContain(code)
    await start()
    running?.child.kill('SIGTERM')
    await running?.ended
    expect(running?.lines.join()).not.toContain('one-time code')
  })

  it.each(['HTTP', 'MQTT'])('a taken %s port is one clear sentence', async (name) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    running = startGateway({ ...settings, [`LIANXUN_${name}_PORT`]: String(port) })
    const { code, out } = await running.ended
    other.close()
    expect(code).toBe(1)
    const last = JSON.parse(out.trim().split('\n').at(-1) as string) as { msg: string }
    expect(last.msg).toContain(`127.0.0.1:${port}`)
    expect(last.msg).toContain(`LIANXUN_${name}_PORT`)
    expect(out).not.toMatch(/at .*\.ts/)
  })

  it('wrong settings are all told, and nothing is made', async () => {
    running = startGateway({
      ...settings,
      LIANXUN_ADMIN_PASSWORD: 'changeme',
      LIANXUN_TZ: 'Mars/Base',
    })
    const { code, out } = await running.ended
    expect(code).toBe(1)
    expect(out).toContain('LIANXUN_ADMIN_PASSWORD has 8 characters')
    expect(out).toContain('LIANXUN_TZ')
  })
})

describe('running', () => {
  it('stops within its bound while devices and screens hang on', async () => {
    await importStructure()
    const { base, mqttPort } = await start()
    const admin = await signIn(base)
    const added = await admin.post('/api/v1/devices', {
      id: 'd1',
      name: 'x',
      kind: 'airStation',
      village: '990101101201',
      lon: 106.7,
      lat: 29.19,
    })
    const stream = await fetch(`${base}/api/v1/stream`, { headers: { cookie: admin.cookie } })
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
      username: 'd1',
      password: added.body.secret,
      clientId: 'd1',
      reconnectPeriod: 0,
    })
    const stoppedAt = Date.now()
    running?.child.kill('SIGTERM')
    expect((await running?.ended)?.code).toBe(0)
    expect(Date.now() - stoppedAt).toBeLessThan(10_000)
    await stream.text().catch(() => {})
    client.end(true)
  })

  it('knows within seconds what another process imported', async () => {
    await importStructure()
    const { base } = await start()
    const admin = await signIn(base)
    expect((await admin.get('/api/v1/devices/d7')).status).toBe(404)
    await importStructure({
      'devices.csv':
        'id,name,kind,village,lon,lat,adapter\nd7,七,airStation,990101101201,106.704425,29.183339,mqtt\n',
    })
    const device = await until(async () => {
      const answer = await admin.get('/api/v1/devices/d7')
      return answer.status === 200 ? answer.body : undefined
    }, 'the new device')
    expect(device).toMatchObject({ name: '七', grid: '990101101201001' })
  })

  it('a quarantined message counts once it is repaired, and only once', async () => {
    await importStructure({
      'devices.csv':
        'id,name,kind,village,lon,lat,adapter,secret\nold,旧,smokeSensor,990101101201,106.704425,29.183339,mqtt,a-secret-of-my-own-1\n',
    })
    const { base, mqttPort } = await start()
    const admin = await signIn(base)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
      username: 'old',
      password: 'a-secret-of-my-own-1',
      clientId: 'old',
    })
    await client.publishAsync(
      'lianxun/990101101201/old/telemetry',
      JSON.stringify({ ts: Date.now(), readings: { smok: 9 } }),
      { qos: 1 },
    )
    await client.endAsync()
    const { items } = (await admin.get('/api/v1/quarantine?state=waiting')).body
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      reason: 'unknownProperty',
      device: 'old',
      village: '990101101201',
    })
    const still = await admin.post(`/api/v1/quarantine/${items[0].id}/replay`)
    expect(still.status).toBe(400)
    expect(still.body.detail).toContain('smok')
    const repaired = await admin.post(`/api/v1/quarantine/${items[0].id}/replay`, {
      payload: items[0].payload.replace('smok', 'smoke'),
    })
    expect(repaired.body.state).toBe('replayed')
    const seen = (await admin.get('/api/v1/observations?device=old')).body.items
    // Its coming and going stand there too.
    const readings = seen.filter(({ kind }: { kind: string }) => kind === 'reading')
    expect(readings).toMatchObject([{ property: 'smoke', value: 9, unit: '%/m' }])
    expect((await admin.post(`/api/v1/quarantine/${items[0].id}/replay`)).status).toBe(409)
  })
})
