import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** The real script in a small checkout of its own; `npm` and the builder only note that they ran. */

const script = join(import.meta.dirname, '../../scripts/ensure.mjs')

const npm = `#!/bin/sh
echo "$@" >> "$CHECKOUT/npm-calls"
exit "\${NPM_STATUS:-0}"
`

const vite = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
appendFileSync('vite-calls', process.argv.slice(2).join(' ') + '\\n')
mkdirSync('dashboard/dist', { recursive: true })
writeFileSync('dashboard/dist/index.html', 'built')
`

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lianxun-ensure-'))
  const folders = [
    'scripts',
    'programs',
    'dashboard/src',
    'gateway/domain',
    'gateway/http',
    'node_modules/.bin',
    'node_modules/vite/bin',
  ]
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true })
  await copyFile(script, join(root, 'scripts', 'ensure.mjs'))
  await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3}')
  await writeFile(join(root, 'dashboard/src/main.tsx'), '')
  await writeFile(join(root, 'gateway/http/schemas.ts'), '')
  await writeFile(join(root, 'programs/npm'), npm)
  await chmod(join(root, 'programs/npm'), 0o755)
  await writeFile(join(root, 'node_modules/vite/bin/vite.js'), vite)
  await symlink(process.execPath, join(root, 'node_modules/.bin/node'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

function ensure(args: string[] = [], more: Record<string, string> = {}) {
  const path = [join(root, 'programs'), process.env.PATH].join(delimiter)
  const ran = spawnSync(process.execPath, [join(root, 'scripts', 'ensure.mjs'), ...args], {
    env: { PATH: path, CHECKOUT: root, ...more },
    encoding: 'utf8',
  })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

function calls(name: 'npm' | 'vite'): string[] {
  const file = join(root, `${name}-calls`)
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

/** As if it had been saved a while after the build. */
async function saveLater(file: string): Promise<void> {
  const { mtimeMs } = await stat(join(root, 'dashboard/dist/index.html'))
  const later = new Date(mtimeMs + 5000)
  await utimes(join(root, file), later, later)
}

describe('installing', () => {
  it('happens once, exactly what the lock file says, and says so', () => {
    const first = ensure()
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toContain('installing packages')
    const again = ensure()
    expect(again).toEqual({ code: 0, out: '', err: '' })
    expect(calls('npm')).toEqual(['ci --no-audit --no-fund --loglevel=error'])
  })

  it('happens again when the lock file changed', async () => {
    ensure()
    await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}')
    ensure()
    expect(calls('npm')).toHaveLength(2)
  })

  it('that failed says what to look at, and is tried again the next time', () => {
    const failed = ensure([], { NPM_STATUS: '1' })
    expect(failed.code).toBe(1)
    expect(failed.out).toMatch(/npm ci failed. Check the network or the npm registry setting/)
    expect(ensure().code).toBe(0)
    expect(calls('npm')).toHaveLength(2)
  })

  it('that failed builds nothing', () => {
    ensure(['--build'], { NPM_STATUS: '1' })
    expect(calls('vite')).toEqual([])
  })
})

describe('building the screens', () => {
  it('happens only when asked for', () => {
    ensure()
    expect(calls('vite')).toEqual([])
    const built = ensure(['--build'])
    expect(built.out).toContain('building the screens')
    expect(calls('vite')).toEqual(['build dashboard --logLevel warn'])
  })

  it('is left alone while nothing changed', () => {
    ensure(['--build'])
    expect(ensure(['--build'])).toEqual({ code: 0, out: '', err: '' })
    expect(calls('vite')).toHaveLength(1)
  })

  it.each(['dashboard/src/main.tsx', 'gateway/http/schemas.ts', 'gateway/domain/case.ts'])(
    'happens again when %s was saved after it',
    async (file) => {
      await writeFile(join(root, file), '')
      ensure(['--build'])
      await saveLater(file)
      ensure(['--build'])
      expect(calls('vite')).toHaveLength(2)
    },
  )

  it('does not take its own output for a source', async () => {
    ensure(['--build'])
    await mkdir(join(root, 'dashboard/dist/assets'))
    await writeFile(join(root, 'dashboard/dist/assets/index.js'), '')
    await saveLater('dashboard/dist/assets/index.js')
    ensure(['--build'])
    expect(calls('vite')).toHaveLength(1)
  })
})
