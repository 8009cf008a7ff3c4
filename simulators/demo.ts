import { join } from 'node:path'
import type { CameraFleet } from './camera-fleet.ts'
import { createDemoCameras, warmUp } from './demo/cameras.ts'
import { type GatewayChild, startGateway } from './demo/gateway-child.ts'
import { cameraNetworks, type Installation, prepareInstallation } from './demo/installation.ts'
import { type DemoOptions, demoHelp, demoOptionsFrom } from './demo/options.ts'
import { freePort } from './demo/ports.ts'
import { pace, past, programme, withoutCameras } from './demo/programme.ts'
import type { CameraAccess } from './demo/town-copy.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { type Crew, createCrew } from './phone/crew.ts'
import { administratorOf, patrollersOf } from './phone/people.ts'
import { aPhoto } from './phone/picture.ts'
import type { Secrets } from './secrets.ts'
import { framed, spoken } from './terminal.ts'
import { readDevices } from './town.ts'
import { createVirtualClock } from './virtual-clock.ts'

/**
 * `npm run demo`: a town, a gateway and its devices on one machine, all on loopback. The gateway is
 * the real one in a process of its own; the devices reach it over MQTT like any others.
 */

const root = join(import.meta.dirname, '..')
const seed = 20_261_121
const walkers = 8
/** Village of the straw-burning scenario, whose screen shows the first case. */
const people = [
  { username: 'desk01', en: 'desk, whole town', zh: '值守员，全镇' },
  { username: 'cadre07', en: 'cadre of 双桥村', zh: '双桥村村干部' },
  { username: 'grid07', en: 'grid worker, on the phone at /patrol/', zh: '双桥村网格员，手机' },
]

function say(text: string): void {
  console.log(text)
}

async function choosePort(wanted: number, what: string): Promise<number> {
  const port = await freePort(wanted)
  if (port !== wanted)
    say(
      `端口 ${wanted} 已被占用，${what} 改用 ${port} · port ${wanted} is taken, ${what} uses ${port}`,
    )
  return port
}

function welcome(httpPort: number, mqttPort: number, secrets: Secrets): string {
  const logins = people.flatMap(({ username, en, zh }) => {
    const password = secrets.users.get(username)
    return password ? [`  ${username.padEnd(8)} ${password}   ${zh} · ${en}`] : []
  })
  return framed([
    '联巡 Lianxun 演示 · demo',
    '',
    `网址 · address   http://127.0.0.1:${httpPort}`,
    `MQTT             127.0.0.1:${mqttPort}`,
    '登录 · sign in (user, password)',
    ...logins,
    '',
    'Ctrl-C 停止 · stops everything',
  ])
}

function camerasLine(cameras: CameraFleet): string {
  const { control } = cameras.ports()
  return `${cameras.cameras().size} 路摄像机 · cameras (ONVIF, RTSP); http://127.0.0.1:${control}/cameras`
}

interface Cast {
  gateway?: GatewayChild
  fleet?: Fleet
  cameras?: CameraFleet
  crew?: Crew
  isOver?: boolean
}

/** The past first, so that charts are not empty; then the programme, from a quarter of an hour ago. */
async function play(
  { fleet, cameras }: { fleet: Fleet; cameras: CameraFleet },
  { options, town, isNew }: { options: DemoOptions } & Pick<Installation, 'town' | 'isNew'>,
): Promise<void> {
  await fleet.start()
  say(`${fleet.stats().connected} 台设备已连接 · devices are connected`)
  let fromMs = Date.now() - pace.lagMs
  if (isNew) {
    const span = { fromMs: fromMs - past.lengthMs, untilMs: fromMs, thinning: past.thinning }
    const readings = await fleet.backfill(span)
    say(`已写入过去 36 小时的 ${readings} 条读数 · readings of the past 36 hours are written`)
  }
  const startMs = Date.now() - pace.lagMs
  if (!isNew) fromMs = startMs
  const clock = createVirtualClock({ wall: Date.now, startMs, speed: pace.speed })
  const devices = readDevices(town)
  for (const one of programme({ devices, seed, startMs, only: options.scenario })) {
    cameras.play(one)
    await fleet.play(withoutCameras(one))
  }
  fleet.run(clock, fromMs)
  cameras.run(clock)
  const first = options.scenario?.zh ?? '秸秆焚烧'
  say(`约 30 秒后开始：${first} · the first scenario starts in about 30 s`)
}

/** The gateway as a process of its own; ready when it answers. */
async function open(cast: Cast, environment: Record<string, string>): Promise<void> {
  const directory = environment.LIANXUN_DATA_DIR ?? ''
  cast.gateway = startGateway({
    main: join(root, 'gateway', 'main.ts'),
    environment,
    httpPort: Number(environment.LIANXUN_HTTP_PORT),
    logFile: join(directory, 'gateway.log'),
  })
  await cast.gateway.ready()
}

async function startCameras(
  cast: Cast,
  { town, access }: { town: string; access: CameraAccess },
): Promise<void> {
  cast.cameras = await createDemoCameras({ town, access, seed })
  await cast.cameras.start()
}

/** Fills `cast` as it goes, so that whatever has started can be stopped at any moment. */
async function begin(options: DemoOptions, cast: Cast): Promise<void> {
  say('联巡 Lianxun：正在准备示范镇… · preparing the sample town…')
  const httpPort = await choosePort(options.port, 'HTTP')
  const mqttPort = await choosePort(options.mqttPort, 'MQTT')
  const { directory, keep, simulators } = options
  const sample = join(root, 'examples', 'town')
  const hasCameras = simulators
  const installation = await prepareInstallation({ root, sample, directory, keep, hasCameras })
  const { secrets, town, access } = installation
  const ready = open(cast, {
    LIANXUN_DATA_DIR: directory,
    LIANXUN_HTTP_PORT: String(httpPort),
    LIANXUN_MQTT_PORT: String(mqttPort),
    ...(access && { LIANXUN_CAMERA_NETWORKS: cameraNetworks }),
  })
  // While the gateway starts, which is in no hurry to call them.
  const cameras = access && startCameras(cast, { town, access })
  await Promise.all([ready, cameras])
  say(welcome(httpPort, mqttPort, secrets))
  if (!cast.cameras) return
  say(camerasLine(cast.cameras))
  cast.fleet = createFleet({
    url: `mqtt://127.0.0.1:${mqttPort}`,
    devices: readDevices(town),
    secrets: secrets.devices,
    seed,
    say: (line) => say(spoken(line)),
  })
  await play({ fleet: cast.fleet, cameras: cast.cameras }, { options, ...installation })
  const walking = walk(cast, httpPort, secrets)
  const trouble = await warmUp(cast.cameras)
  if (trouble !== undefined && !cast.isOver)
    say(`摄像机没有实时画面 · no live view of the cameras: ${trouble}`)
  await walking
}

/** Last of all, and nothing waits for them: patrollers come when the town is up. */
async function walk(cast: Cast, httpPort: number, secrets: Secrets): Promise<void> {
  const crew = createCrew({
    base: `http://127.0.0.1:${httpPort}`,
    patrollers: patrollersOf(secrets, walkers),
    administrator: administratorOf(secrets),
    seed,
    photo: aPhoto,
    say,
  })
  cast.crew = crew
  try {
    await crew.start()
    say(`${walkers} 名巡逻员已出发 · patrollers are on their way`)
  } catch (error) {
    if (!cast.isOver) say(`巡逻员没有出发 · no patrollers: ${(error as Error).message}`)
  }
}

function interrupted(): Promise<undefined> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(undefined))
    process.once('SIGTERM', () => resolve(undefined))
  })
}

/** The gateway's end as a rejection, once there is a gateway. */
async function crash(cast: Cast): Promise<never> {
  throw new Error(await cast.gateway?.crashed)
}

async function demo(options: DemoOptions): Promise<void> {
  const cast: Cast = {}
  const stopped = interrupted()
  try {
    await Promise.race([begin(options, cast), stopped])
    await Promise.race([crash(cast), stopped])
  } finally {
    cast.isOver = true
    say('正在停止… · stopping…')
    await cast.crew?.stop()
    await cast.fleet?.stop()
    await cast.gateway?.stop()
    // Last: a camera that vanished would be the gateway's last worry.
    await cast.cameras?.stop()
  }
}

try {
  const options = demoOptionsFrom(process.argv.slice(2), root)
  if (options) await demo(options)
  else say(demoHelp)
  process.exit(0)
} catch (error) {
  console.error(`demo: ${(error as Error).message}`)
  process.exit(1)
}
