import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
