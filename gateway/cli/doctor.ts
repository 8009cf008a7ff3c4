import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type Config, parseConfig, unknownSettings } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { checkFfmpeg } from './doctor-cameras.ts'
import { checkInflux } from './doctor-influx.ts'
import { checkTls, type Finding } from './doctor-tls.ts'
import { say, withDatabase } from './settings.ts'

/** Looks at what a start needs, and says of each thing whether it is right and what to do if not. */

const wantedFreeBytes = 2 * 1024 ** 3

async function checkDataDir({ dataDir }: Config): Promise<Finding[]> {
  try {
    await mkdir(dataDir, { recursive: true })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const advice = 'give the user that runs the gateway the right to write there'
    return [{ ok: false, text: `data directory: ${(error as Error).message}; ${advice}` }]
  }
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const gib = (free / 1024 ** 3).toFixed(1)
  const enough = free >= wantedFreeBytes
  return [
    { ok: true, text: `data directory ${dataDir} can be written` },
    { ok: enough, text: `${gib} GiB are free${enough ? '' : '; make it 2 GiB at least'}` },
  ]
}

function isFree(host: string, port: number): Promise<true | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

async function gatewayAnswers({ http }: Config): Promise<boolean> {
  const host = http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host
  const name = host.includes(':') ? `[${host}]` : host
  try {
    const answer = await fetch(`http://${name}:${http.port}/healthz`, {
      signal: AbortSignal.timeout(2000),
    })
    return answer.ok && ((await answer.json()) as { ok?: unknown }).ok === true
  } catch {
    return false
  }
}

async function checkPorts(config: Config, hasTls: boolean): Promise<Finding[]> {
  const running = await gatewayAnswers(config)
  const { http, mqtt, tls } = config
  const ways = [
    { name: 'HTTP', ...http, securePort: tls.httpsPort },
    ...(mqtt.mode === 'embedded' ? [{ name: 'MQTT', ...mqtt, securePort: tls.mqttsPort }] : []),
  ]
  const ports = ways.flatMap(({ name, host, port, securePort }) => [
    { name, host, port },
    ...(hasTls ? [{ name: `${name}S`, host, port: securePort }] : []),
  ])
  return Promise.all(
    ports.map(async ({ name, host, port }) => {
      const free = await isFree(host, port)
      if (free === true) return { ok: true, text: `${name} port ${host}:${port} is free` }
      if (free === 'EADDRINUSE' && running) {
        return { ok: true, text: `${name} port ${host}:${port} is in use, and the gateway runs` }
      }
      const advice = `stop what uses it, or set LIANXUN_${name}_PORT`
      return { ok: false, text: `${name} port ${host}:${port}: ${free}; ${advice}` }
    }),
  )
}

async function checkTown(config: Config): Promise<Finding[]> {
  return withDatabase(config, async (db) => {
    const { town, devices, users } = await createTownRepository({
      db,
      timeZone: config.timeZone,
    }).contents()
    const hasTown = town.places.length > 0
    return [
      { ok: true, text: 'the database opens' },
      {
        ok: hasTown,
        text: hasTown
          ? `the town has ${town.places.length} places, ${devices.length} devices, ${users.length} users`
          : 'there is no town yet; import one: lianxun import DIR',
      },
      await checkFfmpeg(devices.some(({ kind }) => kind === 'camera')),
    ]
  }).catch((error: Error) => [{ ok: false, text: `database: ${error.message}` }])
}

/** True when everything is right. */
export async function runDoctor(): Promise<boolean> {
  const findings: Finding[] = []
  try {
    const config = parseConfig(process.env)
    findings.push({ ok: true, text: 'the settings are right' })
    const dataDir = await checkDataDir(config)
    const { hasTls, finding } = await checkTls(config)
    findings.push(...dataDir, finding, ...(await checkPorts(config, hasTls)))
    findings.push(...(await checkInflux(config)))
    if (dataDir[0]?.ok) findings.push(...(await checkTown(config)))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings.push(...error.problems.map((text) => ({ ok: false, text })))
  }
  findings.push(...unknownSettings(process.env).map((text) => ({ ok: false, text })))
  for (const { ok, text } of findings) say(`${ok ? '✓' : '✗'} ${text}`)
  return findings.every((finding) => finding.ok)
}
