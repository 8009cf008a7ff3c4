import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCameraFleet } from './camera-fleet.ts'
import { findScenario, scenarios } from './scenarios/all.ts'
import { framed, spoken } from './terminal.ts'
import { readDevices } from './town.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** The cameras of a town alone, for trying a gateway or another client on them. */

const help = `Runs the simulated cameras of a town (ONVIF and RTSP, on loopback) until Ctrl-C.

  node simulators/cameras.ts [--town examples/town] [--scenario NAME] [--seed 1]
                             [--username admin] [--password TEXT] [--rtsp-port 18554]
                             [--control-port 18099] [--discovery]

  --password   made and shown when not given
  --scenario   what the cameras are to see, from now on: ${scenarios.map((s) => s.name).join(', ')}
  --discovery  answers to WS-Discovery (UDP 3702)
`

function say(text: string): void {
  console.log(text)
}

function wantedFrom(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: {
      town: { ...text, default: join(import.meta.dirname, '..', 'examples', 'town') },
      username: { ...text, default: 'admin' },
      'rtsp-port': { ...text, default: '18554' },
      'control-port': { ...text, default: '18099' },
      seed: { ...text, default: '1' },
      scenario: text,
      password: text,
      discovery: flag,
      help: flag,
    },
  })
  return values
}

type Wanted = ReturnType<typeof wantedFrom>

async function run(wanted: Wanted): Promise<void> {
  const devices = readDevices(wanted.town)
  const seed = Number(wanted.seed)
  const fleet = createCameraFleet({
    devices,
    seed,
    username: wanted.username,
    password: wanted.password,
    rtspPort: Number(wanted['rtsp-port']),
    controlPort: Number(wanted['control-port']),
    discoveryPort: wanted.discovery ? 3702 : undefined,
  })
  const startMs = Date.now()
  if (wanted.scenario !== undefined) {
    const scenario = findScenario(wanted.scenario)
    const play = scenario.stage({ devices, village: scenario.defaultVillage, seed, startMs })
    fleet.play(play)
    for (const line of play.lines) setTimeout(() => say(spoken(line)), line.atMs - startMs).unref()
  }
  await fleet.start()
  const { username, password } = fleet.login()
  say(
    framed([
      '摄像机 · cameras',
      '',
      ...[...fleet.cameras()].map(([id, camera]) => `${id.padEnd(10)} ${camera.address()}`),
      '',
      `登录 · sign in   ${username}  ${password}`,
      `控制 · control   http://127.0.0.1:${fleet.ports().control}/cameras`,
    ]),
  )
  fleet.run(createVirtualClock({ wall: Date.now, startMs, speed: 1 }))
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await fleet.stop()
}

try {
  const wanted = wantedFrom(process.argv.slice(2))
  if (wanted.help) say(help)
  else await run(wanted)
} catch (error) {
  console.error(`cameras: ${(error as Error).message}`)
  process.exitCode = 1
}
