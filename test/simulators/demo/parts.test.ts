import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, withoutSettings } from '../../../simulators/demo/gateway-child.ts'
import { prepareInstallation } from '../../../simulators/demo/installation.ts'
import { demoOptionsFrom } from '../../../simulators/demo/options.ts'
import { freePort } from '../../../simulators/demo/ports.ts'
import { pace, programme, withoutCameras } from '../../../simulators/demo/programme.ts'
import { copyTown } from '../../../simulators/demo/town-copy.ts'
import { forestFire } from '../../../simulators/scenarios/forest-fire.ts'
import { quietDay } from '../../../simulators/scenarios/quiet-day.ts'
import { readSecrets } from '../../../simulators/secrets.ts'
import { readDevices } from '../../../simulators/town.ts'
import { freePort as ownPort } from '../../support/free-port.ts'
import { afternoon, devices, minuteMs, root, staged, town } from '../setting.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lianxun-demo-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('options of the demo', () => {
  it('have the ports of the contract and a folder of their own', () => {
    expect(demoOptionsFrom([], '/srv/lianxun')).toEqual({
      port: 8080,
      mqttPort: 1883,
      directory: '/srv/lianxun/data/demo',
      keep: false,
      simulators: true,
      scenario: undefined,
    })
  })

  it('take another port, a scenario, and no simulators', () => {
    const args = ['--port', '9000', '--no-simulators', '--scenario', 'quiet-day', '--keep']
    expect(demoOptionsFrom(args, '/srv')).toMatchObject({
      port: 9000,
      keep: true,
      simulators: false,
      scenario: quietDay,
    })
    expect(demoOptionsFrom(['--help'], '/srv')).toBeUndefined()
  })

  it.each(['0', '70000', 'http', '80.5', ''])('refuse the port "%s"', (port) => {
    expect(() => demoOptionsFrom(['--port', port], '/srv')).toThrow(/--port must be a port number/)
  })

  it('refuse what they do not know', () => {
    expect(() => demoOptionsFrom(['--fast'], '/srv')).toThrow(/--fast/)
    expect(() => demoOptionsFrom(['--scenario', 'war'], '/srv')).toThrow(/There are: quiet-day/)
  })
})

describe('a free port', () => {
  it('is the wanted one, or the next when that is taken', async () => {
    const port = await ownPort()
    const taken = createServer().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    expect(await freePort(port)).toBeGreaterThan(port)
    taken.close()
    await once(taken, 'close')
    expect(await freePort(port)).toBe(port)
  })
})

describe('the programme', () => {
  const startMs = afternoon - pace.lagMs
  const usual = programme({ devices, seed: 1, startMs, only: undefined })

  it('begins with straw after half a minute and has caught up before the fire', () => {
    const [straw, fire, tower] = usual
    expect(straw?.startMs).toBe(startMs + 30_000 * pace.speed)
    expect(fire?.startMs).toBe(afternoon + 3.5 * minuteMs)
    expect(tower?.startMs).toBe(afternoon + 8 * minuteMs)
  })

  it('gives the straw rule its minutes before two minutes have passed', () => {
    const [straw] = usual
    const alarmMs = (straw?.startMs ?? 0) + 10 * minuteMs
    expect((alarmMs - startMs) / pace.speed).toBeLessThan(2 * minuteMs)
  })

  it('plays one scenario only when asked to', () => {
    const [only, ...rest] = programme({ devices, seed: 1, startMs, only: quietDay })
    expect(only?.expects).toEqual([])
    expect(rest).toEqual([])
  })
})

describe('cameras that are there in person', () => {
  it('say themselves what they see: nothing is said for them', () => {
    const play = staged(forestFire)
    expect(play.moments.length).toBeGreaterThan(0)
    const { moments, sighted, lines } = withoutCameras(play)
    expect(moments).toEqual([])
    expect(sighted).toBe(play.sighted)
    expect(lines).toBe(play.lines)
  })
})

describe('secrets', () => {
  it('are read from what the import wrote', () => {
    const file = join(directory, 'secrets.json')
    writeFileSync(file, JSON.stringify({ devices: { a: 'x' }, users: { desk01: 'y' } }))
    const secrets = readSecrets(file)
    expect(secrets.devices.get('a')).toBe('x')
    expect(secrets.users.get('desk01')).toBe('y')
  })

  it('say what file is meant when there is none, or another', () => {
    expect(() => readSecrets(join(directory, 'none.json'))).toThrow(/--secrets-out/)
    writeFileSync(join(directory, 'other.json'), 'id,secret\n')
    expect(() => readSecrets(join(directory, 'other.json'))).toThrow(/--secrets-out/)
    writeFileSync(join(directory, 'null.json'), 'null')
    expect(readSecrets(join(directory, 'null.json')).devices.size).toBe(0)
  })
})

/** The sample town, its cameras where no demo that runs beside these tests has its own. */
function sampleTown(): string {
  const folder = join(directory, 'sample')
  cpSync(town, folder, { recursive: true })
  const file = join(folder, 'devices.csv')
  const text = readFileSync(file, 'utf8').replaceAll(':181', ':281')
  writeFileSync(file, text)
  return folder
}

function prepare({ keep = false, hasCameras = false } = {}) {
  const sample = hasCameras ? sampleTown() : town
  return prepareInstallation({ root, sample, directory: join(directory, 'demo'), keep, hasCameras })
}

describe('the installation of the demo', () => {
  it('imports the sample town afresh, with new passwords each time', async () => {
    const first = await prepare()
    expect(first.isNew).toBe(true)
    expect(first.secrets.devices.size).toBe(117)
    expect(first.secrets.users.size).toBe(28)
    const second = await prepare()
    expect(second.secrets.users.get('desk01')).not.toBe(first.secrets.users.get('desk01'))
  })

  it('goes on with what is there when it is to be kept, cameras included', async () => {
    const first = await prepare({ keep: true, hasCameras: true })
    expect(first.isNew).toBe(true)
    const second = await prepare({ keep: true, hasCameras: true })
    expect(second.isNew).toBe(false)
    expect(second.secrets.users.get('desk01')).toBe(first.secrets.users.get('desk01'))
    expect(second.access).toEqual(first.access)
  })

  it('never clears a folder that is not its own', async () => {
    writeFileSync(join(directory, 'thesis.txt'), 'years of work')
    const over = prepareInstallation({
      root,
      sample: town,
      directory,
      keep: false,
      hasCameras: false,
    })
    await expect(over).rejects.toThrow(/something else/)
    expect(existsSync(join(directory, 'thesis.txt'))).toBe(true)
  })

  it('leaves a demo alone that runs there', async () => {
    writeFileSync(join(directory, '.lianxun-demo'), String(process.ppid))
    const again = prepareInstallation({
      root,
      sample: town,
      directory,
      keep: false,
      hasCameras: true,
    })
    await expect(again).rejects.toThrow(/a demo runs in .*Ctrl-C/)
  })
})

describe('the town with its simulated cameras', () => {
  const copy = () => copyTown(sampleTown(), join(directory, 'town'))
  const portsIn = (folder: string) =>
    readDevices(folder)
      .filter((one) => one.kind === 'camera')
      .map((one) => Number(new URL(one.address).port))

  it('gives them a login that nobody else can read, and leaves other devices alone', async () => {
    const { directory: folder, access, isChanged } = await copy()
    expect(isChanged).toBe(true)
    expect(access.username).toBe('admin')
    expect(access.password).toMatch(/^[\w-]{24}$/)
    const file = join(folder, 'devices.csv')
    expect(statSync(file).mode & 0o077).toBe(0)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines[0]).toMatch(/,login$/)
    const signed = lines.filter((line) => line.endsWith(`,admin:${access.password}`))
    expect(signed).toHaveLength(16)
    const read = readDevices(folder).map((one) => ({ ...one, address: '' }))
    expect(read).toEqual(devices.map((one) => ({ ...one, address: '' })))
    expect(new Set(portsIn(folder)).size).toBe(16)
  })

  it('makes another password each time it is made, and keeps it while it stands', async () => {
    const first = await copy()
    expect((await copy()).access).toEqual(first.access)
    rmSync(first.directory, { recursive: true })
    expect((await copy()).access.password).not.toBe(first.access.password)
  })

  it('moves a camera whose port is taken, and says that the gateway must be told', async () => {
    const { directory: folder } = await copy()
    const [port = 0] = portsIn(folder)
    const taken = createServer().listen(port, '127.0.0.1')
    await once(taken, 'listening')
    expect((await copy()).isChanged).toBe(true)
    const ports = portsIn(folder)
    expect(ports[0]).toBeGreaterThan(port)
    expect(new Set(ports).size).toBe(16)
    taken.close()
    await once(taken, 'close')
  })
})

describe('the gateway as a child', () => {
  it('does not inherit settings of the shell', () => {
    const env = withoutSettings({ PATH: '/bin', LIANXUN_MQTT_URL: 'mqtt://elsewhere' })
    expect(env).toEqual({ PATH: '/bin' })
  })

  it('is reported with the end of its log when it ends by itself', async () => {
    const main = join(directory, 'main.mjs')
    writeFileSync(main, 'console.log("no disk"); process.exitCode = 3')
    const logFile = join(directory, 'gateway.log')
    const gateway = startGateway({ main, environment: {}, httpPort: 9, logFile })
    await expect(gateway.ready()).rejects.toThrow(/ended by itself \(code 3\)/)
    expect(await gateway.crashed).toMatch(/no disk/)
    await gateway.stop()
  })
})
