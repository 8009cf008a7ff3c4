import type { Progress } from '../backup/format.ts'

/** One line that is written over at a terminal; elsewhere a line for each tenth. */
export function createProgressLine(what: string): { show: Progress; end: () => void } {
  const { stderr } = process
  let shown = -1
  return {
    show(done, name) {
      const percent = Math.floor(done * 100)
      const step = stderr.isTTY ? percent : Math.floor(percent / 10)
      if (step === shown) return
      shown = step
      const text = `${what}: ${String(percent).padStart(3)} % ${name}`
      stderr.write(stderr.isTTY ? `\r\x1B[K${text}` : `${text}\n`)
    },
    end() {
      if (stderr.isTTY && shown >= 0) stderr.write('\r\x1B[K')
    },
  }
}
