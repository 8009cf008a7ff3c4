import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** The product's own programs as real processes. */

export const root = join(import.meta.dirname, '../../..')

export interface Ran {
  code: number | null
  out: string
  err: string
}

export type Settings = Record<string, string | undefined>

function environment(settings: Settings): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('LIANXUN_'))
  return { ...Object.fromEntries(rest), ...settings }
}

function collect(child: ChildProcess, input: string | undefined): Promise<Ran> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdin?.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

export function lianxun(args: string[], settings: Settings, input?: string): Promise<Ran> {
  const file = join(root, 'gateway/cli.ts')
  return collect(spawn(process.execPath, [file, ...args], { env: environment(settings) }), input)
}

export function launch(program: string, args: string[], settings: Settings): Promise<Ran> {
  return collect(spawn(program, args, { env: environment(settings) }), undefined)
}

export interface Running {
  child: ChildProcess
  lines: string[]
  ended: Promise<Ran>
  /** The first line, past or to come, that contains the text; rejects when the process ends first. */
  said(text: string): Promise<string>
}

export function startGateway(settings: Settings): Running {
  const child = spawn(process.execPath, [join(root, 'gateway/main.ts')], {
    env: environment(settings),
  })
  const lines: string[] = []
  const waiting: { text: string; resolve: (line: string) => void }[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() as string
    for (const line of parts) {
      lines.push(line)
      for (const one of waiting) if (line.includes(one.text)) one.resolve(line)
    }
  })
  const ended = collect(child, undefined)
  return {
    child,
    lines,
    ended,
    said(text) {
      const past = lines.find((line) => line.includes(text))
      if (past) return Promise.resolve(past)
      return new Promise((resolve, reject) => {
        waiting.push({ text, resolve })
        void ended.then(({ out, err }) => reject(new Error(`ended before "${text}": ${out}${err}`)))
      })
    },
  }
}
