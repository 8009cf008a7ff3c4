import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createFleet } from './fleet.ts'
import { playMonthFrom } from './month.ts'
import { findScenario, scenarios } from './scenarios/all.ts'
import { readSecrets } from './secrets.ts'
import { spoken } from './terminal.ts'
import { readDevices } from './town.ts'
import { createVirtualClock, startFor } from './virtual-clock.ts'

/**
 * `npm run simulate`: plays one scenario with the whole fleet of a town against a running gateway,
 * over real MQTT. Accelerated play lies in the recent past and ends at the present moment, because
 * a gateway refuses times in the future.
 */

const help = `Plays a scenario against a running gateway.

  npm run simulate -- --secrets FILE [--scenario NAME] [--speed 10] [--village CODE]
                      [--url mqtt://127.0.0.1:1883] [--town examples/town] [--seed 1]
  npm run simulate -- month --data DIR      a whole month in a minute; see month --help

  --secrets   the file that "lianxun import DIR --secrets-out FILE" wrote
  --scenario  ${scenarios.map((s) => s.name).join(', ')} (default quiet-day)
  --speed     how many times faster than life (default 10). Faster than 1 is played in the past and
              ends now, so give it a town whose devices have not been heard in that time.
`

const root = join(import.meta.dirname, '..')

interface Wanted {
  scenario: string
  speed: number
  seed: number
  url: string
  town: string
  village: string | undefined
  secrets: string
}

function wantedFrom(args: string[]): Wanted | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      scenario: { ...text, default: 'quiet-day' },
      speed: { ...text, default: '10' },
      seed: { ...text, default: '1' },
      url: { ...text, default: 'mqtt://127.0.0.1:1883' },
      town: { ...text, default: join(root, 'examples', 'town') },
      village: text,
      secrets: text,
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const speed = Number(values.speed)
  if (!(speed >= 1 && speed <= 3600)) throw new Error('--speed must be a number from 1 to 3600')
  const seed = Number(values.seed)
  if (!Number.isInteger(seed)) throw new Error('--seed must be a whole number')
  if (values.secrets === undefined) throw new Error('--secrets FILE is missing; see --help')
  const { scenario, url, town, village, secrets } = values
  return { scenario, speed, seed, url, town, village, secrets }
}

function say(text: string): void {
  console.log(text)
}

async function simulate(wanted: Wanted): Promise<void> {
  const scenario = findScenario(wanted.scenario)
  const { seed, speed } = wanted
  const devices = readDevices(wanted.town)
  const village = wanted.village ?? scenario.defaultVillage
  if (!devices.some((device) => device.village === village)) {
    throw new Error(`no device stands in village ${village}: see devices.csv in ${wanted.town}`)
  }
  const { devices: secrets } = readSecrets(wanted.secrets)
  const startMs = startFor({ nowMs: Date.now(), durationMs: scenario.durationMs, speed })
  const clock = createVirtualClock({ wall: Date.now, startMs, speed })
  const fleet = createFleet({
    url: wanted.url,
    devices,
    secrets,
    seed,
    say: (line) => say(spoken(line)),
  })
  const play = scenario.stage({ devices, village, seed, startMs })
  const minutes = clock.wallMsUntil(play.endMs) / 60_000
  say(`${scenario.zh} · ${scenario.en}: ${minutes.toFixed(1)} min at speed ${speed}`)
  await fleet.start()
  await fleet.play(play)
  fleet.run(clock, startMs)
  await ended(() => clock.now() >= play.endMs)
  await fleet.stop()
  const { messages, readings, failures } = fleet.stats()
  say(`${messages} messages, ${readings} readings, ${failures} could not be delivered`)
}

/** Resolves when the scenario is over or somebody presses Ctrl-C. */
function ended(isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => isOver() && finish(), 500)
    const finish = () => {
      clearInterval(timer)
      resolve()
    }
    process.once('SIGINT', finish)
    process.once('SIGTERM', finish)
  })
}

try {
  const [first, ...rest] = process.argv.slice(2)
  if (first === 'month') await playMonthFrom(rest, { say, nowMs: Date.now() })
  else {
    const wanted = wantedFrom(process.argv.slice(2))
    if (wanted) await simulate(wanted)
    else console.log(help)
  }
} catch (error) {
  console.error(`simulate: ${(error as Error).message}`)
  process.exitCode = 1
}
// A connection that is still knocking must not keep the process.
setTimeout(() => process.exit(), 1000).unref()
