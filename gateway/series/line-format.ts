/**
 * InfluxDB line protocol as it is read; `storage/influx/lines.ts` says how it is written. Backslashes
 * count only before the signs that they hide, as InfluxDB has it.
 */

export interface ParsedLine {
  measurement: string
  tags: Map<string, string>
  /** As they stand there. */
  fields: Map<string, string>
  /** Undefined: none stands there. */
  time: string | undefined
}

/** Splits at a sign that no backslash hides and that stands outside of a text in quotes. */
function split(text: string, sign: string, most = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let i = 0; i < text.length && parts.length < most - 1; i++) {
    const one = text[i]
    if (one === '\\') i += 1
    else if (one === '"') quoted = !quoted
    else if (one === sign && !quoted) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, text.slice(from)]
}

function plain(text: string): string {
  return text.replaceAll(/\\([,= ])/g, '$1')
}

function pairsOf(texts: readonly string[]): Map<string, string> | undefined {
  const pairs = new Map<string, string>()
  for (const text of texts) {
    const [key, value, ...more] = split(text, '=')
    if (!key || value === undefined || value === '' || more.length > 0) return undefined
    pairs.set(plain(key), plain(value))
  }
  return pairs.size === texts.length ? pairs : undefined
}

/** Undefined: it is no line protocol. */
export function parseLine(line: string): ParsedLine | undefined {
  const [head = '', body, ...rest] = split(line, ' ').filter((one) => one !== '')
  if (body === undefined || rest.length > 1) return undefined
  const [measurement = '', ...tagTexts] = split(head, ',')
  const tags = pairsOf(tagTexts)
  const fields = pairsOf(split(body, ','))
  if (measurement === '' || tags === undefined || fields === undefined) return undefined
  return { measurement: plain(measurement), tags, fields, time: rest[0] }
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** Floats, and integers with or without their sign; undefined: it is no number. */
export function fieldNumber(text: string): number | undefined {
  const digits = /^[+-]?\d+[iu]$/.test(text) ? text.slice(0, -1) : text
  return number.test(digits) ? Number(digits) : undefined
}

/** So a file of our line protocol begins, perhaps behind comments. */
export function looksLikeLines(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#'))
  return first !== undefined && /^[^\s,]+(,(\\.|[^\\ ])*)? +[^ =]+=/.test(first)
}
