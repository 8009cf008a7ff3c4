// Installs and builds what is missing, and nothing else. It is plain JavaScript because it runs on
// whatever Node the machine has, before the pinned one (npm package `node`) is there.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const stamp = join(root, 'node_modules', '.lianxun-installed')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

function say(text) {
  process.stdout.write(`${text}\n`)
}

function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('联巡 Lianxun: installing packages (first time only, about a minute)…')
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    say('npm ci failed. Check the network or the npm registry setting, then run the command again.')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  let at = 0
  for (const name of readdirSync(path)) {
    if (name !== 'dist' && name !== 'node_modules') at = Math.max(at, newest(join(path, name)))
  }
  return at
}

function build() {
  const index = join(root, 'dashboard', 'dist', 'index.html')
  const sources = ['dashboard', 'gateway/domain', 'gateway/http'].map((path) =>
    newest(join(root, path)),
  )
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(...sources)) return
  say('联巡 Lianxun: building the screens…')
  const node = join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  )
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  execFileSync(node, [vite, 'build', 'dashboard', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

install()
if (process.argv.includes('--build')) build()
