import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tap } from '../../../../simulators/tags/ntag424.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { townClock } from '../town-clock.ts'

const clock = townClock()
let house: House
let admin: Person
const api = '/api/v1/patrol'

beforeAll(async () => {
  house = await openHouse({ clock })
  admin = await house.as('townAdmin-town')
  await house.db
    .updateTable('patrol_point')
    .set({ tag: 'qrRotating' })
    .where('id', '=', 'p105')
    .execute()
  await house.db
    .updateTable('patrol_point')
    .set({ tag: 'reader', reader: 'v1-reader1' })
    .where('id', '=', 'p106')
    .execute()
})

afterAll(() => house?.stop())

const setting = async (point: string) => (await admin.get(`${api}/points/${point}/tag`)).body
const auditOf = (act: string) =>
  house.db.selectFrom('audit').selectAll().where('act', '=', act).execute()

async function checkIn(url: string) {
  const patroller = await house.as('patroller-a')
  const { body } = await patroller.post(`${api}/checkins`, [
    { id: `c-${randomBytes(6).toString('hex')}`, tag: 'url', url, at: clock.now() },
  ])
  return body.items[0]
}

describe('GET /patrol/points/:id/tag', () => {
  it('gives a printed code that checks in at its point', async () => {
    const { url } = await setting('p102')
    expect(url).toMatch(new RegExp(`^${house.base}/c/p102\\.[0-9a-f]{4}\\.[\\w-]{22}$`))
    expect(await checkIn(url)).toMatchObject({ point: 'p102', grade: 'static', status: 'accepted' })
  })

  it('gives keys of an NTAG 424 whose taps check in, each once', async () => {
    const { url, keys } = await setting('p101')
    const tag = { uid: '04440E50454F31', url, keys }
    const first = tap(tag, 7, randomBytes(5))
    expect(await checkIn(first)).toMatchObject({ point: 'p101', grade: 'cryptographic' })
    expect(await checkIn(first)).toMatchObject({
      status: 'refused',
      refusal: { kind: 'replayed' },
    })
  })

  it('gives a reader its key, and nothing of it to others', async () => {
    expect(await setting('p106')).toMatchObject({
      keys: null,
      readerKey: expect.stringMatching(/^[0-9A-F]{64}$/),
    })
    expect(await setting('p102')).toMatchObject({ keys: null, readerKey: null })
  })

  it('is never kept by the browser, and every look is written down', async () => {
    const before = (await auditOf('readPatrolTag')).length
    const answer = await admin.get(`${api}/points/p101/tag`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const entries = await auditOf('readPatrolTag')
    expect(entries).toHaveLength(before + 1)
    expect(entries.at(-1)).toMatchObject({ subject: 'patrolPoint:p101', address: '127.0.0.1' })
    expect(JSON.stringify(entries)).not.toContain(answer.body.keys.fileRead)
  })

  it('says what is missing when a tag has no UID yet', async () => {
    await house.db
      .updateTable('patrol_point')
      .set({ tag_uid: null })
      .where('id', '=', 'p104')
      .execute()
    const answer = await admin.get(`${api}/points/p104/tag`)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('14 digits of the tag')
  })

  it('keeps the secret sealed: the same after a look, and nowhere in the clear', async () => {
    const { keys } = await setting('p101')
    const rows = await house.db.selectFrom('setting').selectAll().execute()
    const row = rows.find(({ name }) => name === 'patrol-key')
    expect(JSON.parse(row?.body ?? '{}')).toEqual({ sealed: expect.stringMatching(/^v1\./) })
    expect(JSON.stringify(rows)).not.toContain(keys.metaRead)
    expect((await setting('p101')).keys).toEqual(keys)
  })
})

describe('GET /patrol/points/:id/code', () => {
  it('changes every 30 s, and checks in while it holds, once for each patroller', async () => {
    const screen = await house.as('viewer-a')
    const { body, headers } = await screen.get(`${api}/points/p105/code`)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body.until - clock.now()).toBeGreaterThan(0)
    expect(body.until - clock.now()).toBeLessThanOrEqual(30_000)
    expect(await checkIn(body.url)).toMatchObject({ point: 'p105', grade: 'dynamic' })
    expect(await checkIn(body.url)).toMatchObject({ refusal: { kind: 'replayed' } })
    clock.advance(30_000)
    expect((await screen.get(`${api}/points/p105/code`)).body.url).not.toBe(body.url)
  })

  it('is not there for points without a screen', async () => {
    const answer = await admin.get(`${api}/points/p102/code`)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('no rotating code')
  })
})

describe('GET /patrol/tag-sheet', () => {
  const sheet = (query: string, who = admin) => who.get(`${api}/tag-sheet${query}`)
  const pages = (text: string) => text.match(/\/Type \/Page\n/g)?.length

  it('is a PDF of all points of the area, and written down', async () => {
    const answer = await sheet('?perPage=12')
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="tags\.pdf"/)
    expect(answer.text.slice(0, 5)).toBe('%PDF-')
    expect(pages(answer.text)).toBe(4)
    expect((await auditOf('printPatrolTags')).at(-1)).toMatchObject({
      subject: 'place:990101101',
      detail: '48',
    })
  })

  it('is of one village, or of some points', async () => {
    expect(pages((await sheet(`?village=${villageB}`)).text)).toBe(1)
    expect(pages((await sheet('?points=p101,p202,p303,p404,p505,p606,p706')).text)).toBe(2)
    expect(pages((await sheet('?points=p101,p101')).text)).toBe(1)
  })

  it('keeps to the area of who asks', async () => {
    const supervisor = await house.as('supervisor-a')
    expect(pages((await sheet('', supervisor)).text)).toBe(1)
    for (const query of ['?points=p101,p202', `?village=${villageB}`]) {
      expect((await sheet(query, supervisor)).status, query).toBe(404)
    }
    expect((await sheet(`?village=${villageA}`, supervisor)).status).toBe(200)
  })

  it.each([
    ['?points=p101,nowhere', 404, 'no point nowhere'],
    ['?village=990101101999', 404, 'no points here'],
    ['?perPage=7', 400, 'perPage'],
    ['?language=fr', 400, 'language'],
    ['?village=12', 400, '12 digits'],
  ])('says what is wrong: %s', async (query, status, text) => {
    const answer = await sheet(query)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
  })

  it('has at most 500 labels', async () => {
    const point = await house.db
      .selectFrom('patrol_point')
      .selectAll()
      .where('id', '=', 'p801')
      .executeTakeFirstOrThrow()
    const rows = Array.from({ length: 453 }, (_, index) => ({ ...point, id: `many-${index}` }))
    await house.db.insertInto('patrol_point').values(rows).execute()
    try {
      const answer = await sheet('')
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('501 points are too many for one sheet')
    } finally {
      await house.db.deleteFrom('patrol_point').where('id', 'like', 'many-%').execute()
    }
  })
})
