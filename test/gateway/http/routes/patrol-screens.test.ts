import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, type Person } from '../house.ts'
import { townClock } from '../town-clock.ts'

const clock = townClock()
let house: House
let cadre: Person
const api = '/api/v1/patrol'

beforeAll(async () => {
  house = await openHouse({ clock })
  cadre = await house.as('villageCadre-a')
  await house.db
    .updateTable('patrol_point')
    .set({ tag: 'qrRotating' })
    .where('id', 'in', ['p104', 'p105', 'p106', 'p205'])
    .execute()
})

afterAll(() => house?.stop())

const linkOf = async (point: string): Promise<string> => {
  const { status, body } = await cadre.post(`${api}/points/${point}/screen`)
  expect(status).toBe(201)
  return body.url
}
const secretOf = (url: string) => new URL(url).hash.slice(1)

/** As the screen asks: nobody is signed in. */
async function ask(point: string, secret?: string) {
  const answer = await fetch(`${house.base}${api}/screens/${point}/code`, {
    ...(secret !== undefined && { headers: { authorization: `Bearer ${secret}` } }),
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

describe('the link of a screen', () => {
  it('opens the code of its point for weeks, with nobody signed in', async () => {
    const url = await linkOf('p105')
    expect(url).toMatch(new RegExp(`^${house.base}/patrols/screen/p105#lxs_[\\w-]{32}$`))
    const { status, headers, body } = await ask('p105', secretOf(url))
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({ now: clock.now(), timeZone: 'Asia/Shanghai' })
    expect(body.name).not.toBe('')
    expect(body.until - body.now).toBeLessThanOrEqual(30_000)
  })

  it('opens nothing else: no other point, and nothing of the desk', async () => {
    const secret = secretOf(await linkOf('p105'))
    await linkOf('p106')
    expect((await ask('p106', secret)).status).toBe(404)
    expect((await ask('p104', secret)).status).toBe(404)
    for (const path of ['/patrol/points/p105/code', '/patrol/points', '/session']) {
      const answer = await fetch(`${house.base}/api/v1${path}`, {
        headers: { authorization: `Bearer ${secret}` },
      })
      expect(answer.status).toBe(401)
    }
  })

  it('is refused alike whether it is wrong, missing or of a point that is not there', async () => {
    await linkOf('p105')
    const answers = await Promise.all([
      ask('p105', `lxs_${'A'.repeat(32)}`),
      ask('p105'),
      ask('p104', 'x'),
      ask('nowhere', 'x'),
    ])
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.detail}`)).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404 })
    expect(answers[0]?.body.detail).toContain('withdrawn')
  })

  it('ends when another is made, and when it is withdrawn', async () => {
    const [first, second] = [secretOf(await linkOf('p105')), secretOf(await linkOf('p105'))]
    expect((await ask('p105', first)).status).toBe(404)
    expect((await ask('p105', second)).status).toBe(200)
    expect((await cadre.get(`${api}/points/p105/screen`)).body).toEqual({
      link: { madeAt: clock.now(), madeBy: expect.any(String) },
    })
    expect((await cadre.send('DELETE', `${api}/points/p105/screen`)).status).toBe(204)
    expect((await ask('p105', second)).status).toBe(404)
    expect((await cadre.get(`${api}/points/p105/screen`)).body).toEqual({ link: null })
    expect((await cadre.send('DELETE', `${api}/points/p105/screen`)).status).toBe(204)
  })

  it('is kept as a keyed hash, and written down without its secret', async () => {
    const secret = secretOf(await linkOf('p105'))
    const kept = await house.db.selectFrom('patrol_screen').selectAll().execute()
    const told = await house.db.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify([kept, told])).not.toContain(secret.slice(4))
    expect(told.at(-1)).toMatchObject({ act: 'linkPatrolScreen', subject: 'patrolPoint:p105' })
  })

  it('ends with its point, also when another point gets its id', async () => {
    const admin = await house.as('townAdmin-town')
    const { items } = (await admin.get(`${api}/points`)).body
    const {
      village: _v,
      grid: _g,
      ...known
    } = items.find(({ id }: { id: string }) => id === 'p105')
    const spot = { ...known, id: 'p190' }
    expect((await admin.post(`${api}/points`, spot)).status).toBe(201)
    const secret = secretOf(await linkOf('p190'))
    await admin.send('DELETE', `${api}/points/p190`)
    expect((await ask('p190', secret)).status).toBe(404)
    await admin.post(`${api}/points`, spot)
    expect((await ask('p190', secret)).status).toBe(404)
  })

  it('shows no code of a point that has none any more', async () => {
    const secret = secretOf(await linkOf('p104'))
    await house.db
      .updateTable('patrol_point')
      .set({ tag: 'qrStatic' })
      .where('id', '=', 'p104')
      .execute()
    expect((await ask('p104', secret)).status).toBe(400)
    const refused = await cadre.post(`${api}/points/p104/screen`)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('no rotating code')
  })

  it('still opens it when whoever made it has long been signed out', async () => {
    const secret = secretOf(await linkOf('p105'))
    const before = await ask('p105', secret)
    clock.advance(60 * 86_400_000)
    expect((await cadre.get(`${api}/points/p105/screen`)).status).toBe(401)
    const later = await ask('p105', secret)
    expect(later.status).toBe(200)
    expect(later.body.url).not.toBe(before.body.url)
  })

  it('is asked for often by many screens, but not without end', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 260; n++) statuses.push((await ask('p106', 'x')).status)
    expect(statuses.at(0)).toBe(404)
    expect(statuses.at(-1)).toBe(429)
  })
})
