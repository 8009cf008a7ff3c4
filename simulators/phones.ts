import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { playCheat } from './phone/cheat-scene.ts'
import { cheats } from './phone/cheats.ts'
import { createCrew } from './phone/crew.ts'
import { administratorOf, patrollersOf, person } from './phone/people.ts'
import { aPhoto } from './phone/picture.ts'
import { readSecrets, type Secrets } from './secrets.ts'

/** Patrollers with simulated phones on a gateway that runs already. */

const help = `Walks today's rounds with simulated phones until Ctrl-C, or plays one cheat.

  node simulators/phones.ts --secrets FILE [--base http://127.0.0.1:8080] [--phones 8]
                            [--speed 8] [--seed 1] [--cheat NAME]

  --secrets  what "lianxun import DIR --secrets-out FILE" wrote; a demo's is data/demo/secrets.json.
             The patrollers are its users patrol01, patrol02 …; tags are written as admin01 may
  --speed    metres per second; 1.2 is a walk, 8 a scooter
  --cheat    one of ${cheats.map(({ name }) => name).join(', ')}
             (with a round that is open, as patrol01 and patrol02)
`

function say(text: string): void {
  console.log(text)
}

function wantedFrom(args: string[]) {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      base: { ...text, default: 'http://127.0.0.1:8080' },
      phones: { ...text, default: '8' },
      speed: { ...text, default: '8' },
      seed: { ...text, default: '1' },
      secrets: text,
      cheat: text,
      help: { type: 'boolean', default: false },
    },
  })
  return values
}

type Wanted = ReturnType<typeof wantedFrom>

async function cheat(wanted: Wanted, secrets: Secrets): Promise<void> {
  const chosen = cheats.find(({ name }) => name === wanted.cheat)
  if (!chosen) throw new Error(`there is no cheat ${wanted.cheat}; see --help`)
  const [patroller, friend] = ['patrol01', 'patrol02'].map((name) => person(secrets, name))
  if (!patroller || !friend) return
  const result = await playCheat(chosen, {
    base: wanted.base,
    administrator: administratorOf(secrets),
    patroller,
    friend,
    seed: Number(wanted.seed),
    pass: async (ms) => {
      say(`${Math.round(ms / 1000)} s…`)
      await sleep(ms)
    },
  })
  say(`${result.status} ${result.refusal?.text ?? ''} ${result.marks.join(', ')}`)
}

async function walk(wanted: Wanted, secrets: Secrets): Promise<void> {
  const crew = createCrew({
    base: wanted.base,
    patrollers: patrollersOf(secrets, Number(wanted.phones)),
    administrator: administratorOf(secrets),
    seed: Number(wanted.seed),
    speedMps: Number(wanted.speed),
    photo: aPhoto,
    say,
  })
  await crew.start()
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  say('巡逻员已出发；Ctrl-C 停止 · on their way; Ctrl-C stops')
  await stopped
  await crew.stop()
  const { checkins, marked, refused } = crew.stats()
  say(`${checkins} 次打卡 · check-ins, ${marked} marked, ${refused} refused`)
}

try {
  const wanted = wantedFrom(process.argv.slice(2))
  if (wanted.help) say(help)
  else {
    if (wanted.secrets === undefined) throw new Error('--secrets FILE is missing; see --help')
    const secrets = readSecrets(wanted.secrets)
    await (wanted.cheat === undefined ? walk(wanted, secrets) : cheat(wanted, secrets))
  }
} catch (error) {
  console.error(`phones: ${(error as Error).message}`)
  process.exitCode = 1
}
