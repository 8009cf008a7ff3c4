import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Tells the worker which files the phone app is made of. */

const entryName = 'patrol'
export const workerName = 'patrol-worker'

type Bundle = Parameters<
  Extract<NonNullable<Plugin['generateBundle']>, (...values: never) => unknown>
>[1]
type Output = Bundle[string]
type Chunk = Extract<Output, { type: 'chunk' }>

const isChunk = (output: Output | undefined): output is Chunk => output?.type === 'chunk'

/** The entry, all that it imports now or later, and their styles and pictures. */
function reachable(bundle: Bundle): string[] {
  const found = new Set<string>()
  function visit(name: string): void {
    const output = bundle[name]
    if (found.has(name) || !output) return
    found.add(name)
    if (!isChunk(output)) return
    for (const next of [...output.imports, ...output.dynamicImports]) visit(next)
    for (const next of output.viteMetadata?.importedCss ?? []) found.add(next)
    for (const next of output.viteMetadata?.importedAssets ?? []) found.add(next)
  }
  for (const output of Object.values(bundle)) {
    if (isChunk(output) && output.isEntry && output.name === entryName) visit(output.fileName)
  }
  return [...found].sort()
}

function digest(contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const content of contents) hash.update(content).update('\0')
  return hash.digest('hex').slice(0, 16)
}

export function phoneFiles(publicFolder: string): Plugin {
  return {
    name: 'lianxun-phone-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = Object.values(bundle).find(
        (output): output is Chunk => isChunk(output) && output.name === workerName,
      )
      const page = bundle['patrol/index.html']
      if (!worker || page?.type !== 'asset') this.error('the phone app has no page or no worker')
      const built = reachable(bundle)
      const fixed = readdirSync(publicFolder).sort()
      const version = digest([
        page.source,
        ...built,
        ...fixed.map((name) => readFileSync(join(publicFolder, name))),
        worker.code,
      ])
      const files = [...built.map((name) => `/${name}`), ...fixed.map((name) => `/patrol/${name}`)]
      worker.code = worker.code
        .replaceAll('PHONE_FILES', JSON.stringify(files))
        .replaceAll('PHONE_VERSION', JSON.stringify(version))
    },
  }
}
