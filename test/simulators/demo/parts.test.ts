import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway, withoutSettings } from '../../../simulators/demo/gateway-child.ts'
import { prepareInstallation } from '../../../simulators/demo/installation.ts'
import { demoOptionsFrom } from '../../../simulators/demo/options.ts'
import { freePort } from '../../../simulators/demo/ports.ts'
import { pace, programme } from '../../../simulators/demo/programme.ts'
import { quietDay } from '../../../simulators/scenarios/quiet-day.ts'
import { readSecrets } from '../../../simulators/secrets.ts'
import { freePort as ownPort } from '../../support/free-port.ts'
import { afternoon, devices, minuteMs, root } from '../setting.ts'

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

function prepare(keep: boolean) {
  return prepareInstallation({ root, directory: join(directory, 'demo'), keep })
}

describe('the installation of the demo', () => {
  it('imports the sample town afresh, with new passwords each time', () => {
    const first = prepare(false)
    expect(first.isNew).toBe(true)
    expect(first.secrets.devices.size).toBe(117)
    expect(first.secrets.users.size).toBe(28)
    const second = prepare(false)
    expect(second.secrets.users.get('desk01')).not.toBe(first.secrets.users.get('desk01'))
  })

  it('goes on with what is there when it is to be kept', () => {
    const first = prepare(true)
    expect(first.isNew).toBe(true)
    const second = prepare(true)
    expect(second.isNew).toBe(false)
    expect(second.secrets.users.get('desk01')).toBe(first.secrets.users.get('desk01'))
  })

  it('never clears a folder that is not its own', () => {
    writeFileSync(join(directory, 'thesis.txt'), 'years of work')
    expect(() => prepareInstallation({ root, directory, keep: false })).toThrow(/something else/)
    expect(existsSync(join(directory, 'thesis.txt'))).toBe(true)
  })

  it('leaves a demo alone that runs there', () => {
    writeFileSync(join(directory, '.lianxun-demo'), String(process.ppid))
    const again = () => prepareInstallation({ root, directory, keep: false })
    expect(again).toThrow(/a demo runs in .*Ctrl-C/)
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
