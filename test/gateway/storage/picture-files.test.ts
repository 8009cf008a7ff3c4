import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-pictures-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('a picture is named by what it holds and comes back as it was', async () => {
  const pictures = createPictureFiles(join(directory, 'pictures'))
  const jpeg = randomBytes(10_000)
  const name = await pictures.put(jpeg)
  expect(name).toBe(createHash('sha256').update(jpeg).digest('hex'))
  expect(await pictures.get(name)).toEqual(jpeg)
  expect(await filesBelow(directory)).toEqual([
    join(directory, 'pictures', name.slice(0, 2), name.slice(2, 4), `${name}.jpg`),
  ])
})

test('the same picture is stored once, also from many at once', async () => {
  const pictures = createPictureFiles(directory)
  const jpeg = randomBytes(1000)
  const names = await Promise.all(Array.from({ length: 20 }, () => pictures.put(jpeg)))
  names.push(await pictures.put(jpeg))
  expect(new Set(names).size).toBe(1)
  expect(await filesBelow(directory)).toHaveLength(1)
})

test('a file cut short by a crash is written again', async () => {
  const pictures = createPictureFiles(directory)
  const jpeg = randomBytes(1000)
  const name = await pictures.put(jpeg)
  const [file = ''] = await filesBelow(directory)
  await writeFile(file, jpeg.subarray(0, 10))
  await pictures.put(jpeg)
  expect(await pictures.get(name)).toEqual(jpeg)
})

test.each([
  '',
  '../../etc/passwd',
  'A'.repeat(64),
  'a'.repeat(63),
  `${'a'.repeat(62)}/.`,
  `${'a'.repeat(64)}\0`,
  'a'.repeat(64),
])('%j names no picture', async (name) => {
  expect(await createPictureFiles(directory).get(name)).toBeUndefined()
})

test('a folder that cannot be written is a StoreError and leaves nothing behind', async () => {
  await writeFile(join(directory, 'pictures'), 'not a folder')
  const pictures = createPictureFiles(join(directory, 'pictures'))
  await expect(pictures.put(randomBytes(10))).rejects.toThrow(StoreError)
  await rm(join(directory, 'pictures'))
  const jpeg = randomBytes(10)
  expect(await pictures.get(await pictures.put(jpeg))).toEqual(jpeg)
})

const pathOf = (name: string) => join(directory, name.slice(0, 2), name.slice(2, 4), `${name}.jpg`)

test('what a crash left half written beside it is no picture, and does not hinder it', async () => {
  const jpeg = randomBytes(1000)
  const name = createHash('sha256').update(jpeg).digest('hex')
  await mkdir(dirname(pathOf(name)), { recursive: true })
  await writeFile(`${pathOf(name)}.0000.new`, jpeg.subarray(0, 10))
  const pictures = createPictureFiles(directory)
  expect(await pictures.get(name)).toBeUndefined()
  expect(await pictures.get(`${name}.jpg.0000.new`)).toBeUndefined()
  await pictures.put(jpeg)
  expect(await pictures.get(name)).toEqual(jpeg)
})

test('two processes that store the same picture at once both end with a whole one', async () => {
  const jpeg = randomBytes(200_000)
  const names = await Promise.all(
    Array.from({ length: 8 }, () => createPictureFiles(directory).put(jpeg)),
  )
  expect(new Set(names).size).toBe(1)
  expect(await filesBelow(directory)).toEqual([pathOf(names[0] as string)])
  expect(await readFile(pathOf(names[0] as string))).toEqual(jpeg)
})

test('many different pictures at once all come back', async () => {
  const pictures = createPictureFiles(directory)
  const jpegs = Array.from({ length: 40 }, (_, i) => randomBytes(i))
  const names = await Promise.all(jpegs.map((jpeg) => pictures.put(jpeg)))
  expect(new Set(names).size).toBe(40)
  expect(await Promise.all(names.map((name) => pictures.get(name)))).toEqual(jpegs)
})

test('a picture is readable by its owner and group only, and is found after a restart', async () => {
  const name = await createPictureFiles(directory).put(randomBytes(10))
  expect((await stat(pathOf(name))).mode & 0o007).toBe(0)
  expect(await createPictureFiles(directory).get(name)).toHaveLength(10)
})

test('the bytes that were given are kept, though the giver uses their memory again', async () => {
  const pictures = createPictureFiles(directory)
  const memory = new Uint8Array(5000).fill(7)
  const view = memory.subarray(1000, 2000)
  const name = await pictures.put(view)
  memory.fill(9)
  expect(await pictures.get(name)).toEqual(Buffer.alloc(1000, 7))
})

test('what cannot be read is a StoreError, not a picture that is not there', async () => {
  const name = 'ab'.repeat(32)
  await mkdir(pathOf(name), { recursive: true })
  await expect(createPictureFiles(directory).get(name)).rejects.toThrow(StoreError)
})

test('after a failure nothing half written is left, and the next try works', async () => {
  const jpeg = randomBytes(100)
  const name = createHash('sha256').update(jpeg).digest('hex')
  // A folder stands where the file belongs: writing aside works, renaming does not.
  await mkdir(join(pathOf(name), 'inside'), { recursive: true })
  const pictures = createPictureFiles(directory)
  await expect(pictures.put(jpeg)).rejects.toThrow(/The picture was not stored/)
  expect(await filesBelow(directory)).toEqual([])
  await rm(pathOf(name), { recursive: true })
  expect(await pictures.put(jpeg)).toBe(name)
})
