import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Environment, parseConfig, unknownSettings } from '../../../gateway/config/config.ts'
import { ConfigError } from '../../../gateway/domain/errors.ts'

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).problems
  }
}

describe('settings', () => {
  it('need not be given', () => {
    expect(parseConfig({})).toEqual({
      dataDir: resolve('./data'),
      http: { host: '127.0.0.1', port: 8080 },
      mqtt: { mode: 'embedded', host: '127.0.0.1', port: 1883, deviceRate: 50 },
      tls: {
        certFile: resolve('./data/tls/server.crt'),
        keyFile: resolve('./data/tls/server.key'),
        named: false,
        httpsPort: 8443,
        mqttsPort: 8883,
      },
      trustedProxies: [],
      cameraNetworks: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
      adminPassword: undefined,
      baseUrl: undefined,
      timeZone: 'Asia/Shanghai',
      backup: { directory: resolve('./data/backups'), keep: 7 },
    })
  })

  it('are taken as given', () => {
    const config = parseConfig({
      LIANXUN_DATA_DIR: '/var/lib/lianxun',
      LIANXUN_HTTP_HOST: '0.0.0.0',
      LIANXUN_HTTP_PORT: '0',
      LIANXUN_MQTT_URL: 'mqtts://user:secret@broker.town:8883',
      LIANXUN_TLS_CERT_FILE: '/etc/lianxun/town.crt',
      LIANXUN_TLS_KEY_FILE: '/etc/lianxun/town.key',
      LIANXUN_HTTPS_PORT: '443',
      LIANXUN_MQTTS_PORT: '0',
      LIANXUN_TRUSTED_PROXIES: '127.0.0.1, fd00::/8',
      LIANXUN_CAMERA_NETWORKS: '192.168.7.0/24',
      LIANXUN_ADMIN_PASSWORD: 'Lantern-Hill-42',
      LIANXUN_BASE_URL: 'https://lianxun.town/',
      LIANXUN_TZ: 'Asia/Urumqi',
      LIANXUN_BACKUP_DIR: '/mnt/stick/lianxun',
      LIANXUN_BACKUP_KEEP: '30',
    })
    expect(config).toEqual({
      dataDir: '/var/lib/lianxun',
      http: { host: '0.0.0.0', port: 0 },
      mqtt: { mode: 'broker', url: 'mqtts://user:secret@broker.town:8883' },
      tls: {
        certFile: '/etc/lianxun/town.crt',
        keyFile: '/etc/lianxun/town.key',
        named: true,
        httpsPort: 443,
        mqttsPort: 0,
      },
      trustedProxies: ['127.0.0.1', 'fd00::/8'],
      cameraNetworks: ['192.168.7.0/24'],
      adminPassword: 'Lantern-Hill-42',
      baseUrl: 'https://lianxun.town',
      timeZone: 'Asia/Urumqi',
      backup: { directory: '/mnt/stick/lianxun', keep: 30 },
    })
  })

  it.each(['', '  '])('an empty value (%j) counts as not given', (value) => {
    const names = ['HTTP_PORT', 'MQTT_URL', 'DATABASE_URL', 'ADMIN_PASSWORD', 'TZ', 'DATA_DIR']
    const env = Object.fromEntries(names.map((name) => [`LIANXUN_${name}`, value]))
    expect(parseConfig(env)).toEqual(parseConfig({}))
  })

  it.each([
    ['LIANXUN_HTTP_PORT', '65536', 'port number from 0 to 65535'],
    ['LIANXUN_HTTP_PORT', '-1', 'port number'],
    ['LIANXUN_HTTP_PORT', '80a', 'port number'],
    ['LIANXUN_MQTT_PORT', '1e3', 'port number'],
    ['LIANXUN_HTTP_HOST', 'a b', 'host name'],
    ['LIANXUN_MQTT_HOST', 'http://x', 'host name'],
    ['LIANXUN_MQTT_URL', 'broker:1883', 'mqtt://host'],
    ['LIANXUN_MQTT_URL', 'http://broker', 'mqtt://host'],
    ['LIANXUN_BASE_URL', 'lianxun.town', 'http://host or https://host'],
    ['LIANXUN_TLS_CERT_FILE', '/town.crt', 'belong together'],
    ['LIANXUN_TLS_KEY_FILE', '/town.key', 'belong together'],
    ['LIANXUN_HTTPS_PORT', 'https', 'port number'],
    ['LIANXUN_MQTTS_PORT', '70000', 'port number'],
    ['LIANXUN_TRUSTED_PROXIES', 'true', 'networks such as'],
    ['LIANXUN_TRUSTED_PROXIES', '127.0.0.1 loopback', 'loopback is none'],
    ['LIANXUN_CAMERA_NETWORKS', '192.168.1.64/24', 'networks such as'],
    ['LIANXUN_CAMERA_NETWORKS', '10.0.0.0/33', 'networks such as'],
    ['LIANXUN_TZ', 'Peking', 'IANA time zone'],
    ['LIANXUN_DATABASE_URL', 'postgres://db/lianxun', 'not available in this version'],
    ['LIANXUN_INFLUX_URL', 'http://influx:8086', 'LIANXUN_INFLUX_BUCKET must be set'],
    ['LIANXUN_INFLUX_TOKEN', 't', 'means nothing without LIANXUN_INFLUX_URL'],
    ['LIANXUN_INFLUX_ORG', 'o', 'means nothing without LIANXUN_INFLUX_URL'],
    ['LIANXUN_INFLUX_BUCKET', 'b', 'unset it to keep time series in files'],
    ['LIANXUN_ADMIN_PASSWORD', 'short', 'at least 10'],
    ['LIANXUN_ADMIN_PASSWORD', 'password1234', 'tried first'],
    ['LIANXUN_ADMIN_PASSWORD', 'Lianxun-2026!', 'tried first'],
    ['LIANXUN_ADMIN_PASSWORD', 'changeme!!!', 'tried first'],
    ['LIANXUN_ADMIN_PASSWORD', 'aaaaaaaaaaaa', 'tried first'],
    ['LIANXUN_ADMIN_PASSWORD', '1234567890', 'tried first'],
  ])('%s=%s is refused by its name, and says what to do', (name, value, text) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(name)
    expect(problems[0]).toContain(text)
  })

  it('are all told at once, and no password is repeated', () => {
    const problems = problemsOf({
      LIANXUN_HTTP_PORT: 'x',
      LIANXUN_TZ: 'x',
      LIANXUN_ADMIN_PASSWORD: 'hunter2',
      LIANXUN_DATABASE_URL: 'postgres://u:hunter2@db/x',
    })
    expect(problems).toHaveLength(4)
    expect(problems.join()).not.toContain('hunter2')
  })

  it('with a name that is none are warned of', () => {
    const unknown = unknownSettings({ LIANXUN_HTTP_PROT: '1', HOME: '/', LIANXUN_TZ: 'x' })
    expect(unknown).toEqual([expect.stringContaining('LIANXUN_HTTP_PROT is not a setting')])
  })

  it('stand in .env.example, every one', () => {
    const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8')
    const names = new Set(example.match(/LIANXUN_[A-Z_]+/g))
    expect(unknownSettings(Object.fromEntries([...names].map((name) => [name, ''])))).toEqual([])
    for (const name of ['DATA_DIR', 'HTTP_PORT', 'MQTT_URL', 'ADMIN_PASSWORD', 'BASE_URL', 'TZ']) {
      expect(names).toContain(`LIANXUN_${name}`)
    }
  })
})
