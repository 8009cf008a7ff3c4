import { beforeEach, describe, expect, it } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import { NotFoundError } from '../../../gateway/domain/errors.ts'
import { createCameraBook } from '../../../gateway/storage/camera-book.ts'
import { createVault } from '../../../gateway/storage/vault.ts'
import { useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()
const vault = createVault(Buffer.alloc(32, 3))
const login = { username: 'admin', password: 'Tal-Wiese-7' }
const devices = new Map<string, Device>()
const warnings: string[] = []
const at = (address: string | null) => ({ id: 'c', address }) as Device

function open(own = vault) {
  return createCameraBook({
    db: house.db,
    vault: own,
    devices: { get: (id) => devices.get(id) },
    warn: (text) => warnings.push(text),
  })
}

beforeEach(async () => {
  warnings.length = 0
  devices.set('c', at('192.168.1.64'))
  await house.db
    .insertInto('device')
    .values({
      id: 'c',
      name: 'c',
      kind: 'camera',
      village: villageA,
      lon: 1,
      lat: 1,
      adapter: 'onvif',
      state: 'active',
    })
    .onConflict((oc) => oc.doNothing())
    .execute()
  await house.db.deleteFrom('camera').execute()
})

describe('a login', () => {
  it('opens again, here and after a restart, and stands nowhere in the clear', async () => {
    const book = open()
    expect(book.access('c')).toBeUndefined()
    await book.setLogin('c', login)
    expect(book.access('c')).toEqual({ address: '192.168.1.64', ...login })
    const rows = await house.db.selectFrom('camera').selectAll().execute()
    expect(JSON.stringify([rows, book.get('c')])).not.toContain(login.password)
    const again = open()
    await again.reload()
    expect(again.access('c')).toEqual({ address: '192.168.1.64', ...login })
    expect(again.get('c')).toEqual({ device: 'c', username: 'admin', abilities: null, masks: [] })
  })

  it('that was sealed elsewhere is none, and is said', async () => {
    await open().setLogin('c', login)
    const other = open(createVault(Buffer.alloc(32, 4)))
    await other.reload()
    expect(other.access('c')).toBeUndefined()
    expect(warnings[0]).toMatch(/camera:c/)
  })

  it('is none without an address', async () => {
    const book = open()
    await book.setLogin('c', login)
    devices.set('c', at(null))
    expect(book.access('c')).toBeUndefined()
  })
})

describe('the version of an access', () => {
  it('grows with login and address, and with nothing else', async () => {
    const book = open()
    let told = 0
    const stop = book.onChange(() => {
      told += 1
    })
    await book.setLogin('c', login)
    const first = book.accessVersion('c')
    await book.setMasks('c', [
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    ])
    await book.setHeld('c', ['fire'])
    await book.reload()
    expect(book.accessVersion('c')).toBe(first)
    // The same password again: somebody wants another try.
    await book.setLogin('c', login)
    const second = book.accessVersion('c')
    expect(second).toBeGreaterThan(first)
    devices.set('c', at('192.168.1.65'))
    expect(book.accessVersion('c')).toBeGreaterThan(second)
    expect(told).toBe(4)
    stop()
    await book.reload()
    expect(told).toBe(4)
  })
})

it('abilities, masks and what stands are kept, and survive a new login', async () => {
  const book = open()
  const mask: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
  ]
  const abilities = { maker: 'M', model: 'X', clockOffsetMs: 5 } as never
  await book.setLogin('c', login)
  await book.setAbilities('c', abilities)
  await book.setMasks('c', [mask])
  await book.setHeld('c', ['fire', 'heat'])
  await book.setLogin('c', { ...login, username: 'guard' })
  const again = open()
  await again.reload()
  expect(again.get('c')).toEqual({ device: 'c', username: 'guard', abilities, masks: [mask] })
  expect(again.held('c')).toEqual(['fire', 'heat'])
  expect(again.held('nobody')).toEqual([])
})

it('what is no camera cannot be given anything', async () => {
  await expect(open().setMasks('nobody', [])).rejects.toThrow(NotFoundError)
  await expect(open().setLogin('nobody', login)).rejects.toThrow()
})

describe('a new address', () => {
  const next = { address: 'http://192.168.1.65', username: 'other', password: 'Berg-Wald-8' }

  it('and the old password are never together, nor the other way round', async () => {
    const book = open()
    await book.setLogin('c', login)
    const before = book.accessVersion('c')
    const seen: unknown[] = [book.access('c')]
    book.onChange(() => seen.push(book.access('c')))
    await book.move('c', next, async () => {
      seen.push(book.access('c'))
      devices.set('c', at(next.address))
      await book.reload()
      seen.push(book.access('c'))
    })
    const old = { address: '192.168.1.64', ...login }
    expect(seen).toEqual([old, undefined, undefined, undefined, next])
    expect(book.accessVersion('c')).toBeGreaterThan(before)
    const { address } = await house.db
      .selectFrom('device')
      .select('address')
      .where('id', '=', 'c')
      .executeTakeFirstOrThrow()
    expect(address).toBe(next.address)
  })

  it('that cannot be written changes neither', async () => {
    const book = open()
    await book.setLogin('c', login)
    await expect(book.move('nobody', next, async () => {})).rejects.toThrow()
    expect(book.access('c')).toEqual({ address: '192.168.1.64', ...login })
  })
})
