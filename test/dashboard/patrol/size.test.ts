import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

/** What the build made of the phone app; `npm test` builds first. */

const built = join(import.meta.dirname, '../../../dashboard/dist')
const limit = 150 * 1024

function files(): string[] {
  const worker = readFileSync(join(built, 'patrol/worker.js'), 'utf8')
  return [...new Set(worker.match(/\/(?:assets|patrol)\/[\w.-]+\.\w+/g))]
}

test.skipIf(!existsSync(join(built, 'patrol/worker.js')) && process.env['CI'] !== 'true')(
  'all script of the phone app together is small enough for a village’s signal',
  () => {
    const scripts = files().filter((path) => path.endsWith('.js'))
    const bytes = scripts.map((path) => gzipSync(readFileSync(join(built, path))).length)
    expect(scripts.length).toBeGreaterThan(1)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit)
  },
)

test.skipIf(!existsSync(join(built, 'patrol/worker.js')) && process.env['CI'] !== 'true')(
  'the worker stands alone and names files that are there, and all that the page names',
  () => {
    const known = files()
    for (const path of known) expect(existsSync(join(built, path)), path).toBe(true)
    const page = readFileSync(join(built, 'patrol/index.html'), 'utf8')
    const named = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
    expect(named.length).toBeGreaterThan(3)
    expect(known).toEqual(expect.arrayContaining(named))
    const worker = readFileSync(join(built, 'patrol/worker.js'), 'utf8')
    expect(worker).not.toMatch(/\bimport\b|PHONE_/)
  },
)
