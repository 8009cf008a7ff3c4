#!/usr/bin/env node
// Runs the commands of gateway/cli.ts. Plain JavaScript, because it starts on whatever Node the
// machine has and hands over to the pinned one (npm package `node`) where that is too old.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'gateway', 'cli.ts')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(new URL('../gateway/cli.ts', import.meta.url).href)
} else {
  const pinned = join(root, 'node_modules', 'node', 'bin', 'node')
  if (!existsSync(pinned)) {
    process.stderr.write(
      'lianxun: needs Node 22.18 or later. Run npm ci in its folder: it brings one along.\n',
    )
    process.exit(1)
  }
  const result = spawnSync(pinned, [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(result.status ?? 1)
}
