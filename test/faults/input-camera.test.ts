import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lianxun } from '../gateway/cli/commands.ts'
import {
  importTown,
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'

/** Addresses of cameras, by every door they come in: adoption, `device add` and the town's files. */

let gateway: TownGateway
let admin: Person

beforeAll(async () => {
  gateway = await openTownGateway({
    settings: { LIANXUN_CAMERA_NETWORKS: '192.168.7.0/24, 10.0.0.0/8' },
  })
  admin = await gateway.as('admin01')
})

afterAll(() => gateway?.remove())

const hostile = [
  [';id', '192.168.7.9;id'],
  ['-i x', '-i x'],
  ['an option behind the address', '192.168.7.9 -i /etc/passwd'],
  ['backticks', '`id`'],
  ['a substitution', '$(id)'],
  ['a line break', '192.168.7.9\nx'],
  ['a file', 'file:///etc/passwd'],
  ['a concatenation', 'concat:/etc/passwd|/etc/shadow'],
  ['a login', 'rtsp://admin:secret-of-camera@192.168.7.9/live'],
  ['link-local', 'http://169.254.169.254/latest/meta-data'],
  ['link-local inside IPv6', 'http://[::ffff:169.254.169.254]/'],
  ['link-local of IPv6', 'http://[fe80::1]/'],
  ['loopback', 'http://127.0.0.1:8080/'],
  ['loopback of IPv6', 'http://[::1]:8080/'],
  ['loopback by name', 'http://localhost:8080/'],
  ['loopback in decimal', 'http://2130706433/'],
  ['loopback in hexadecimal', 'http://0x7f.0.0.1/'],
  ['loopback in octal', 'http://0177.0.0.1/'],
  ['loopback in short', 'http://127.1/'],
  ['nobody', 'http://0.0.0.0/'],
  ['multicast', 'rtp.lan:1234;239.1.1.1'],
  ['another network of the town', '192.168.8.9'],
  ['the internet', 'http://203.0.113.9/'],
] as const

function camera(id: string, address: string) {
  const place = { village: villageA, lon: 106.7044, lat: 29.1833 }
  return { id, name: '摄像机', kind: 'camera', ...place, address }
}

describe('camera host on its way in', () => {
  test.each(hostile)('%s: 400 with a reason, and no device', async (_name, address) => {
    const answer = await admin.send('POST', '/api/v1/devices', camera('bad-cam1', address))
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(/^address: /)
    expect((await admin.get('/api/v1/devices/bad-cam1')).status).toBe(404)
    expect(gateway.output()).not.toContain('secret-of-camera')
  })

  test('one of the town’s own networks is taken, and not told to others', async () => {
    const rtsp = 'rtsp://192.168.7.9:554/Streaming/Channels/101'
    const answer = await admin.send('POST', '/api/v1/devices', camera('good-cam1', rtsp))
    expect(answer.status).toBe(201)
    expect((await admin.get('/api/v1/devices/good-cam1')).text).not.toContain('192.168.7.9')
  })

  test.each(hostile.filter(([, address]) => !address.startsWith('-')))(
    'device add --address: %s is refused',
    async (_name, address) => {
      const place = ['--village', villageA, '--lon', '106.7', '--lat', '29.18']
      const device = ['device', 'add', 'bad-cam2', '--kind', 'camera', '--address', address]
      const { code, err } = await lianxun([...device, ...place], gateway.settings)
      expect(code).toBe(1)
      expect(err).toContain('--address: ')
    },
    30_000,
  )

  test('devices.csv: row and column are named, and nothing is written', async () => {
    const addresses = ['169.254.169.254', '192.168.7.9;id', 'http://0x7f.1/', 'admin:x@192.168.7.9']
    const rows = addresses.map(
      (address, n) => `csv-cam${n},c,camera,${villageA},106.7,29.18,onvif,${address},,,,`,
    )
    const importing = importTown(gateway.settings, {
      prepare: (folder) => appendFile(path.join(folder, 'devices.csv'), `${rows.join('\n')}\n`),
    })
    const error = (await importing.catch((reason: unknown) => reason)) as Error
    for (const n of addresses.keys()) {
      expect(error.message).toContain(`devices.csv row ${119 + n}, column address: `)
    }
    expect((await admin.get('/api/v1/devices/csv-cam0')).status).toBe(404)
  })

  test('this machine itself stays in the files until a setting allows it, and the import says so', async () => {
    const { code, out } = await lianxun(['import', 'examples/town'], gateway.settings)
    expect(code).toBe(0)
    expect(out).toContain('16 devices are not called: devices.csv row')
    const allowed = {
      ...gateway.settings,
      LIANXUN_CAMERA_NETWORKS: '192.168.7.0/24, 10.0.0.0/8, 127.0.0.0/8',
    }
    expect((await lianxun(['import', 'examples/town'], allowed)).out).not.toContain('not called')
  })
})
