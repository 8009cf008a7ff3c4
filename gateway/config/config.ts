import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../domain/errors.ts'
import { parseNetwork, privateNetworks } from '../domain/network.ts'
import { passwordWeakness } from '../domain/password.ts'
import { type InfluxConfig, influxConfig, influxProblems } from './influx-settings.ts'

/**
 * The only reader of the environment. Every problem is found before any is told, so that one
 * restart is enough to mend them all. An empty value counts as not set, because that is what
 * `NAME=` in an .env file means to the person who wrote it.
 */

type MqttConfig =
  | {
      mode: 'embedded'
      host: string
      port: number
      /** Messages a second of one device in the long run; 0: as many as it likes. */
      deviceRate?: number
    }
  | { mode: 'broker'; url: string }

interface TlsConfig {
  /** PEM files, absolute paths. */
  certFile: string
  keyFile: string
  /** True: they were named, so they must be there. False: TLS is on when they are. */
  named: boolean
  httpsPort: number
  mqttsPort: number
}

interface BackupConfig {
  /** Where the scheduled ones are written; absolute path. */
  directory: string
  /** So many are kept. */
  keep: number
}

export interface Config {
  /** Absolute path. */
  dataDir: string
  http: { host: string; port: number }
  mqtt: MqttConfig
  tls: TlsConfig
  /** Networks (CIDR) whose X-Forwarded-… headers are believed. */
  trustedProxies: string[]
  /** Networks (CIDR) that cameras may lie in. */
  cameraNetworks: string[]
  /** For the first user, `admin`; undefined: users come by import or `lianxun user add`. */
  adminPassword: string | undefined
  /** The address people type, without a trailing slash; undefined: http://host:port. */
  baseUrl: string | undefined
  /** IANA name. */
  timeZone: string
  backup: BackupConfig
  /** Undefined: time series are kept in files. */
  influx?: InfluxConfig | undefined
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535')

const host = z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')

function url(protocols: readonly string[]) {
  const shape = protocols.map((protocol) => `${protocol}//host`).join(' or ')
  return z.string().refine((value) => {
    return URL.canParse(value) && protocols.includes(new URL(value).protocol)
  }, `must look like ${shape}`)
}

const networkList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
  .check((ctx) => {
    const wrong = ctx.value.filter((one) => parseNetwork(one) === undefined)
    if (wrong.length === 0) return
    const message = `must be networks such as 192.168.1.0/24 or addresses, with commas between them; ${wrong.join(', ')} is none`
    ctx.issues.push({ code: 'custom', message, input: ctx.value })
  })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format()
    return true
  } catch {
    return false
  }
}

const adminPassword = z.string().check((ctx) => {
  const weakness = passwordWeakness(ctx.value)
  // The value itself must not reach a log.
  if (weakness) ctx.issues.push({ code: 'custom', message: weakness, input: '' })
})

function notBuilt(instead: string) {
  return z.undefined({ error: `is not available in this version; ${instead}` }).optional()
}

const inSqlite = 'cases and places are kept in SQLite under LIANXUN_DATA_DIR, so unset it'

const environment = z.object({
  LIANXUN_DATA_DIR: z.string().default('./data'),
  LIANXUN_HTTP_HOST: host.default('127.0.0.1'),
  LIANXUN_HTTP_PORT: port.default(8080),
  LIANXUN_MQTT_HOST: host.default('127.0.0.1'),
  LIANXUN_MQTT_PORT: port.default(1883),
  LIANXUN_TLS_CERT_FILE: z.string().optional(),
  LIANXUN_TLS_KEY_FILE: z.string().optional(),
  LIANXUN_HTTPS_PORT: port.default(8443),
  LIANXUN_MQTTS_PORT: port.default(8883),
  LIANXUN_TRUSTED_PROXIES: networkList.default([]),
  LIANXUN_CAMERA_NETWORKS: networkList.default(privateNetworks),
  LIANXUN_DEVICE_RATE: z
    .string()
    .regex(/^\d{1,6}(\.\d+)?$/, 'must be a number of messages a second; 0 is no limit')
    .transform(Number)
    .default(50),
  LIANXUN_BACKUP_DIR: z.string().optional(),
  LIANXUN_BACKUP_KEEP: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a number from 1 to 999')
    .transform(Number)
    .default(7),
  LIANXUN_MQTT_URL: url(['mqtt:', 'mqtts:', 'ws:', 'wss:']).optional(),
  LIANXUN_DATABASE_URL: notBuilt(inSqlite),
  LIANXUN_INFLUX_URL: url(['http:', 'https:']).optional(),
  LIANXUN_INFLUX_TOKEN: z.string().optional(),
  LIANXUN_INFLUX_ORG: z.string().optional(),
  LIANXUN_INFLUX_BUCKET: z.string().optional(),
  LIANXUN_ADMIN_PASSWORD: adminPassword.optional(),
  LIANXUN_BASE_URL: url(['http:', 'https:']).optional(),
  LIANXUN_TZ: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai')
    .default('Asia/Shanghai'),
})

const together = 'LIANXUN_TLS_CERT_FILE and LIANXUN_TLS_KEY_FILE belong together; set both or none'

function tlsConfig(value: z.output<typeof environment>): TlsConfig {
  const own = join(resolve(value.LIANXUN_DATA_DIR), 'tls')
  const { LIANXUN_TLS_CERT_FILE: cert, LIANXUN_TLS_KEY_FILE: key } = value
  return {
    certFile: resolve(cert ?? join(own, 'server.crt')),
    keyFile: resolve(key ?? join(own, 'server.key')),
    named: cert !== undefined,
    httpsPort: value.LIANXUN_HTTPS_PORT,
    mqttsPort: value.LIANXUN_MQTTS_PORT,
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Names that start with LIANXUN_ and mean nothing here are perhaps mistyped: worth a warning. */
export function unknownSettings(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('LIANXUN_') && !Object.hasOwn(environment.shape, name))
    .map((name) => `${name} is not a setting of Lianxun; see .env.example for all names`)
}

export function parseConfig(env: Environment): Config {
  const set = Object.fromEntries(
    Object.keys(environment.shape)
      .map((name) => [name, env[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(set)
  const wrong = (parsed.error?.issues ?? []).map(
    (issue) => `${issue.path.join('.')} ${issue.message}`,
  )
  if ('LIANXUN_TLS_CERT_FILE' in set !== 'LIANXUN_TLS_KEY_FILE' in set) wrong.push(together)
  wrong.push(...influxProblems(set))
  if (!parsed.success || wrong.length > 0) throw new ConfigError(wrong)
  const value = parsed.data
  return {
    dataDir: resolve(value.LIANXUN_DATA_DIR),
    http: { host: value.LIANXUN_HTTP_HOST, port: value.LIANXUN_HTTP_PORT },
    mqtt: value.LIANXUN_MQTT_URL
      ? { mode: 'broker', url: value.LIANXUN_MQTT_URL }
      : {
          mode: 'embedded',
          host: value.LIANXUN_MQTT_HOST,
          port: value.LIANXUN_MQTT_PORT,
          deviceRate: value.LIANXUN_DEVICE_RATE,
        },
    tls: tlsConfig(value),
    trustedProxies: value.LIANXUN_TRUSTED_PROXIES,
    cameraNetworks: value.LIANXUN_CAMERA_NETWORKS,
    adminPassword: value.LIANXUN_ADMIN_PASSWORD,
    baseUrl: value.LIANXUN_BASE_URL?.replace(/\/+$/, ''),
    timeZone: value.LIANXUN_TZ,
    backup: {
      directory: resolve(value.LIANXUN_BACKUP_DIR ?? join(value.LIANXUN_DATA_DIR, 'backups')),
      keep: value.LIANXUN_BACKUP_KEEP,
    },
    influx: influxConfig(value),
  }
}
