import { appendFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTownGateway, type Person, type TownGateway } from '../support/town-gateway.ts'

/** Texts that are code elsewhere: in SQL, in HTML, in a path. Here they are texts. */

const markup = '<img src=x onerror=alert(1)>'
const hostileUser = '<svg/onload=alert(1)>'

let gateway: TownGateway
let desk: Person

async function hostileTown(folder: string): Promise<void> {
  const places = path.join(folder, 'places.geojson')
  await writeFile(places, (await readFile(places, 'utf8')).replaceAll('青石村', `青石${markup}`))
  const devices = path.join(folder, 'devices.csv')
  const rows = await readFile(devices, 'utf8')
  await writeFile(devices, rows.replace('青石村空气站1', markup))
  await appendFile(path.join(folder, 'users.csv'), `mallory,${hostileUser},viewer,990101101\n`)
}

beforeAll(async () => {
  gateway = await openTownGateway({ prepare: hostileTown })
  desk = await gateway.as('desk01')
  const button = await gateway.device('v1-sos1', '990101101201')
  await button.say('event', JSON.stringify({ id: markup, type: 'help' }))
  await button.say('event', JSON.stringify({ type: markup, state: markup }))
  await button.leave()
})

afterAll(() => gateway?.remove())

const fragments = [
  "' OR '1'='1",
  '\'; DROP TABLE "case"; --',
  '" UNION SELECT password_hash FROM user --',
  '1) OR 1=1 --',
  "%' ESCAPE '",
  'x\u0000y',
  '\\',
  "'".repeat(90),
]

describe('SQL fragments in search, sort, names', () => {
  const places: [string, (text: string) => string][] = [
    ['q', (text) => `cases?q=${text}`],
    ['hazard', (text) => `cases?hazard=${text}`],
    ['village', (text) => `cases?village=${text}`],
    ['sort', (text) => `cases?sort=${text}`],
    ['state', (text) => `cases?state=${text}`],
    ['cursor', (text) => `cases?cursor=${text}`],
    ['cursor by urgency', (text) => `cases?sort=urgency&cursor=${text}`],
    ['limit', (text) => `cases?limit=${text}`],
    ['case id', (text) => `cases/${text}`],
    ['device id', (text) => `devices/${text}`],
    ['device search', (text) => `devices?q=${text}`],
    ['device cursor', (text) => `devices?cursor=${text}`],
    ['series', (text) => `series?device=${text}&property=pm25&from=0&to=1`],
    ['property', (text) => `series?device=v1-pm1&property=${text}&from=0&to=1`],
    ['time', (text) => `series?device=v1-pm1&property=pm25&from=${text}&to=1`],
    ['observations', (text) => `observations?device=${text}`],
    ['alarm filter', (text) => `alarms?device=${text}&state=${text}`],
    ['quarantine device', (text) => `quarantine?device=${text}`],
    ['quarantine cursor', (text) => `quarantine?cursor=${text}`],
    ['board', (text) => `villages/${text}/board`],
    ['picture', (text) => `pictures/${text}`],
    ['stream', (text) => `stream?devices=${text}`],
  ]

  test.each(places)('%s: literal or 400, fast', async (name, url) => {
    for (const fragment of fragments) {
      const begun = performance.now()
      const asked = url(encodeURIComponent(fragment))
      // An open stream would not end.
      if (name === 'stream') {
        expect((await desk.get(`/api/v1/${asked}`)).status).toBe(400)
        continue
      }
      const { status, text, body } = await desk.get(`/api/v1/${asked}`)
      expect([200, 400, 404]).toContain(status)
      // Devices are compared with the literal text; everywhere else nothing fits it.
      if (status === 200 && !name.startsWith('device ')) {
        expect(body.items ?? body.points).toEqual([])
      }
      expect(text).not.toMatch(/argon2|SQLITE|syntax error|near "|password_hash"/)
      expect(performance.now() - begun).toBeLessThan(500)
    }
  })

  test('a cursor that decodes to a fragment is refused too', async () => {
    for (const parts of [
      ["' OR 1=1 --"],
      [1, "' OR 1=1 --"],
      [{ $gt: '' }],
      { a: 1 },
      [null],
      '',
    ]) {
      const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url')
      for (const list of ['cases', 'cases?sort=urgency', 'alarms', 'incidents']) {
        const glue = list.includes('?') ? '&' : '?'
        const { status, body } = await desk.get(`/api/v1/${list}${glue}cursor=${cursor}`)
        if (status === 200) expect(JSON.stringify(body)).not.toContain('argon2')
        else expect(status).toBe(400)
      }
    }
  })

  test('names to sign in with: wrong, nothing else', async () => {
    for (const username of fragments.slice(0, 4)) {
      const answer = await gateway.ask('/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: "' OR '1'='1" }),
      })
      expect([400, 401]).toContain(answer.status)
    }
    expect((await desk.get('/api/v1/cases')).body.items).toHaveLength(1)
  })
})

describe('markup in device, village and user names', () => {
  test('comes back as it is, as JSON that no browser takes for a page', async () => {
    const device = await desk.get('/api/v1/devices/v1-pm1')
    expect(device.body.name).toBe(markup)
    const { items } = (await desk.get('/api/v1/places')).body
    expect(JSON.stringify(items)).toContain(`青石${markup}`)
    const [one] = (await desk.get('/api/v1/cases')).body.items
    expect(one.title).toContain(`青石${markup}`)
    const mallory = await gateway.as('mallory')
    const session = await mallory.get('/api/v1/session')
    expect(session.body.person.displayName).toBe(hostileUser)
    const quarantined = await desk.get('/api/v1/quarantine')
    expect(quarantined.body.items[0].detail).toContain(markup)
    for (const { headers } of [device, session, quarantined]) {
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test('a search for it is quoted in no page', async () => {
    const answer = await desk.get(`/${encodeURIComponent(markup)}`)
    expect(answer.text).not.toContain(markup)
    const refused = await desk.get(`/api/v1/cases?sort=${encodeURIComponent(markup)}`)
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  test.each(['/', '/cases/any', '/api/docs', '/nothing.html', '/api/v1/cases', '/healthz'])(
    'CSP holds at %s: scripts only from our own files, no inline ones',
    async (url) => {
      const { headers, text } = await desk.get(url)
      const policy = String(headers['content-security-policy'])
      const directives = new Map(
        policy.split(';').map((one) => {
          const [name = '', ...sources] = one.trim().split(/\s+/)
          return [name, sources.join(' ')]
        }),
      )
      expect(directives.get('default-src')).toBe("'self'")
      expect(directives.get('script-src')).toBe("'self'")
      expect(directives.get('object-src')).toBe("'none'")
      expect(directives.get('base-uri')).toBe("'none'")
      expect(directives.get('frame-ancestors')).toBe("'none'")
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      if (!String(headers['content-type']).includes('html')) return
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/)
      expect(text).not.toMatch(/\son\w+=/i)
    },
  )
})

describe('../, %2e%2e, NUL in a media path', () => {
  const escapes = [
    '..',
    '../../installation.key',
    '%2e%2e/%2e%2e/installation.key',
    '%2e%2e%2f%2e%2e%2flianxun.db',
    '..%5c..%5clianxun.db',
    '....//....//lianxun.db',
    `${'a'.repeat(64)}%00.jpg`,
    '%00',
    `${'a'.repeat(64)}/../../../lianxun.db`,
    '%252e%252e%252flianxun.db',
    '%c0%ae%c0%ae/lianxun.db',
    'a'.repeat(10_000),
    'A'.repeat(64),
    '%',
  ]
  const folders = ['/api/v1/pictures/', '/', '/assets/', '/assets/../', '//']

  test.each(folders)('%s…: 404, and nothing of the disk', async (folder) => {
    for (const escape of escapes) {
      const { status, text } = await desk.get(folder + escape)
      expect(text).not.toMatch(/root:|"dependencies"|SQLite format|LIANXUN_/)
      // A path without an extension is a page of the app; a malformed one is refused as such.
      const isPage = status === 200 && text.startsWith('<!doctype html>')
      const verdict = isPage || [400, 403, 404, 414].includes(status) ? 'refused' : status
      expect([folder, escape.slice(0, 40), verdict]).toEqual([
        folder,
        escape.slice(0, 40),
        'refused',
      ])
    }
  })

  test('the process lives, and its output holds no stack', async () => {
    expect((await gateway.ask('/healthz')).status).toBe(200)
    expect(gateway.output()).not.toMatch(/"level":(50|60)/)
  })
})
