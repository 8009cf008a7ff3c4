import type { SeriesName } from '../../ports/series-store.ts'

/** Parts of InfluxQL statements; whatever was named by somebody is quoted here and nowhere else. */

export function identifier(name: string): string {
  return `"${escaped(name, '"')}"`
}

function text(value: string): string {
  return `'${escaped(value, "'")}'`
}

function escaped(value: string, quote: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll(quote, `\\${quote}`)
}

export interface Span {
  from: number
  to: number
}

export function within({ from, to }: Span): string {
  return `time >= ${from}ms AND time < ${to}ms`
}

export function isOneOf(tag: string, values: readonly string[]): string {
  return `(${values.map((value) => `${identifier(tag)} = ${text(value)}`).join(' OR ')})`
}

export function isSeries({ device, property }: SeriesName): string {
  return `${isOneOf('device', [device])} AND ${isOneOf('property', [property])}`
}
