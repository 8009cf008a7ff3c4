import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/**
 * The last word on whether the tests passed: the real script, over reports as the test runner
 * writes them. A stand-in for the runner writes the report that is asked for.
 */

const script = join(import.meta.dirname, '../../scripts/test.ts')
const services = ['/usr/bin/chromium', '/usr/sbin/mosquitto', '/usr/bin/mosquitto_pub']
const lacksService = services.some((path) => !existsSync(path))

const runner = `
import { readFileSync, writeFileSync } from 'node:fs'
const { report, status } = JSON.parse(readFileSync(new URL('./wanted.json', import.meta.url), 'utf8'))
const file = process.argv.find((one) => one.startsWith('--outputFile.json=')).split('=')[1]
writeFileSync(new URL('./called.json', import.meta.url), JSON.stringify(process.argv.slice(2)))
if (report) writeFileSync(file, JSON.stringify(report))
process.exit(status)
`

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lianxun-scripts-'))
  await mkdir(join(root, 'scripts'))
  await mkdir(join(root, 'node_modules', 'vitest'), { recursive: true })
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  await writeFile(join(root, 'node_modules', 'vitest', 'vitest.mjs'), runner)
  await copyFile(script, join(root, 'scripts', 'test.ts'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo'

/** File under test/ → how its tests ended. */
type Files = Record<string, Status[]>

interface Wanted {
  files?: Files
  status?: number
  ci?: boolean
  args?: string[]
}

async function run({ files, status = 0, ci = false, args = [] }: Wanted) {
  const testResults = Object.entries(files ?? {}).map(([name, statuses]) => ({
    name: join(root, 'test', name),
    status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
    assertionResults: statuses.map((one) => ({ status: one })),
  }))
  const report = files && { success: status === 0, testResults }
  const wanted = JSON.stringify({ report, status })
  await writeFile(join(root, 'node_modules', 'vitest', 'wanted.json'), wanted)
  const ran = spawnSync(process.execPath, [join(root, 'scripts', 'test.ts'), ...args], {
    env: { PATH: process.env.PATH, TMPDIR: root, ...(ci && { CI: 'true' }) },
    encoding: 'utf8',
  })
  const lines = ran.stdout.split('\n').filter((line) => !line.startsWith('missing'))
  return { code: ran.status, lines: lines.join('\n').trim().split('\n'), err: ran.stderr }
}

describe('counting', () => {
  it('adds up by folder, and all in all', async () => {
    const { code, lines } = await run({
      files: {
        'gateway/http/a.test.ts': ['passed', 'passed'],
        'gateway/http/b.test.ts': ['passed'],
        'adapters/mqtt/c.test.ts': ['passed', 'skipped'],
      },
    })
    expect(code).toBe(0)
    expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'adapters/mqtt 1 passed, 0 failed, 1 skipped',
      'gateway/http 3 passed, 0 failed, 0 skipped',
      '4 passed, 0 failed, 1 skipped',
    ])
  })

  it('what is pending or to be done is not counted as passed', async () => {
    const { lines } = await run({ files: { 'a/b.test.ts': ['pending', 'todo', 'passed'] } })
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped')
  })

  it('a failed test fails it, whatever the runner says of itself', async () => {
    const { code, lines } = await run({ files: { 'a/b.test.ts': ['passed', 'failed'] } })
    expect(code).toBe(1)
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  })

  it('a file that broke before its first test is a failure', async () => {
    const { code, lines } = await run({
      files: { 'a/b.test.ts': ['passed'], 'a/broken.test.ts': [] },
    })
    expect(code).toBe(1)
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  })

  it('a runner that failed beside its tests fails it', async () => {
    const { code } = await run({ files: { 'a/b.test.ts': ['passed'] }, status: 1 })
    expect(code).toBe(1)
  })

  it('a runner that died without a report is told, not taken for success', async () => {
    const { code, err } = await run({ status: 0 })
    expect(err).toContain('ended without a report')
    expect(code).not.toBe(0)
  })

  it('hands on what was asked for, and a report for people too', async () => {
    const { code } = await run({
      files: { 'a/b.test.ts': ['passed'] },
      args: ['test/a', '-t', 'x'],
    })
    expect(code).toBe(0)
    const called = await import(join(root, 'node_modules', 'vitest', 'called.json'), {
      with: { type: 'json' },
    })
    expect(called.default).toEqual(
      expect.arrayContaining(['run', '--reporter=default', '--reporter=json', 'test/a', '-t', 'x']),
    )
  })
})

describe.skipIf(lacksService)('on the build machine', () => {
  it('all that ran and passed is success', async () => {
    const { code } = await run({ files: { 'a/b.test.ts': ['passed'] }, ci: true })
    expect(code).toBe(0)
  })

  it('a skipped test is no success: it proved nothing', async () => {
    const { code } = await run({ files: { 'a/b.test.ts': ['passed', 'skipped'] }, ci: true })
    expect(code).toBe(1)
  })

  it('a suite that ran nothing is no success, though others did', async () => {
    const { code, lines } = await run({
      files: { 'a/b.test.ts': ['passed'], 'c/d.test.ts': ['skipped'] },
      ci: true,
    })
    expect(code).toBe(1)
    expect(lines).toContain('1 suite(s) ran no test')
  })
})
