import type { Line } from './scenarios/play.ts'

/** What the person at the terminal reads. */

/** Columns a text takes: Chinese characters take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const sign of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        sign,
      )
        ? 2
        : 1
  return width
}

/** Lines in a frame, so that address and login are found at a glance. */
export function framed(lines: readonly string[]): string {
  const inner = Math.max(...lines.map(widthOf))
  const bar = '─'.repeat(inner + 4)
  const rows = lines.map((line) => `│  ${line}${' '.repeat(inner - widthOf(line))}  │`)
  return [`┌${bar}┐`, ...rows, `└${bar}┘`].join('\n')
}

export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' })
}

/** `12:30:05  村里出事了 · Something happened`, by scenario time. */
export function spoken({ atMs, en, zh }: Line): string {
  return `${clockTime(atMs)}  ${zh} · ${en}`
}
