import { execFile } from 'node:child_process'
import { accessSync } from 'node:fs'

/** Programs of the operating system that our own code had no hand in. */

export interface Said {
  code: number
  text: string
}

export function run(program: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1)
      resolve({ code, text: `${stdout}${stderr}` })
    })
  })
}

function isThere(program: string): boolean {
  try {
    accessSync(`/usr/bin/${program}`)
    return true
  } catch {
    return false
  }
}

/** In CI a missing program is a failure; elsewhere the suite is skipped and says so. */
export function lacksPrograms(suite: string, ...packages: readonly string[]): boolean {
  const missing = packages.filter((name) => !isThere(name))
  if (missing.length === 0) return false
  const advice = `apt-get install ${missing.join(' ')}`
  if (process.env.CI === 'true') throw new Error(`${suite} needs ${missing.join(', ')}: ${advice}`)
  console.log(`skipped: ${suite} needs ${missing.join(', ')} (${advice})`)
  return true
}
