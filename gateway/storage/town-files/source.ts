import { CsvError, parse as parseCsv } from 'csv-parse/sync'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { fromCell } from './csv-cell.ts'

/**
 * Text of a town's files → typed rows that remember where they stand, so that every problem can
 * name its file, row and column, also those that are found much later.
 */

export interface Located<T> {
  value: T
  /** "devices.csv row 5": the row as an editor counts it, the heading being row 1. */
  at: string
}

export interface Parsed<T> {
  rows: Located<T>[]
  problems: string[]
}

export function problemAt(at: string, column: string, message: string): string {
  return column ? `${at}, column ${column}: ${message}` : `${at}: ${message}`
}

export function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown: ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing'
  return issue.message
}

function issuesOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: messageOf(issue) }))
}

/** Both in one file too: the parser's own guess would take rows that end otherwise for one. */
const lineEnds = ['\r\n', '\n']

interface CsvRecord {
  record: Record<string, string>
  info: { lines: number }
}

function csvRecords(text: string): CsvRecord[] {
  return parseCsv(text, {
    columns: (heading: string[]) => heading.map((name) => name.trim()),
    info: true,
    record_delimiter: lineEnds,
    bom: true,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
  }) as unknown as CsvRecord[]
}

function headingProblems(file: string, text: string, shape: z.ZodObject): string[] {
  const [heading = []] = parseCsv(text, {
    bom: true,
    record_delimiter: lineEnds,
    to_line: 1,
    trim: true,
  })
  const known = Object.keys(shape.shape)
  const unknown = heading.filter((name) => !known.includes(name))
  const missing = known.filter(
    (name) =>
      !heading.includes(name) && !(shape.shape[name] as z.ZodType).safeParse(undefined).success,
  )
  const doubled = heading.filter((name, index) => heading.indexOf(name) !== index)
  return [
    ...unknown.map(
      (name) => `${file} row 1, column ${name}: unknown; known are ${known.join(', ')}`,
    ),
    ...missing.map((name) => `${file} row 1, column ${name}: is missing`),
    ...doubled.map((name) => `${file} row 1, column ${name}: stands there twice`),
  ]
}

export function parseRows<S extends z.ZodObject>(
  file: string,
  text: string,
  shape: S,
): Parsed<z.output<S>> {
  try {
    const wrongHeading = headingProblems(file, text, shape)
    if (wrongHeading.length > 0) return { rows: [], problems: wrongHeading }
    const parsed: Parsed<z.output<S>> = { rows: [], problems: [] }
    for (const { record, info } of csvRecords(text)) {
      const at = `${file} row ${info.lines}`
      const cells = Object.entries(record).filter(([, cell]) => cell !== '')
      const row = Object.fromEntries(cells.map(([k, cell]) => [k, fromCell(cell)]))
      const result = shape.safeParse(row, { reportInput: true })
      if (result.success) parsed.rows.push({ value: result.data, at })
      else {
        for (const { path, message } of issuesOf(result.error)) {
          parsed.problems.push(problemAt(at, path, message))
        }
      }
    }
    return parsed
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { rows: [], problems: [`${file}: is no CSV: ${error.message}`] }
  }
}

export interface YamlFile {
  file: string
  document: ReturnType<typeof parseDocument>
  lines: LineCounter
  problems: string[]
}

export function openYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problems = document.errors.map(
    (error) => `${file} row ${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
  )
  return { file, document, lines, problems }
}

/** The row a path stands in; of its nearest parent where it is missing. */
function rowOf({ document, lines }: YamlFile, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number] } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

/** One list of a YAML file; a file without it says nothing about it. */
export function parseList<S extends z.ZodType>(
  yaml: YamlFile,
  name: string,
  shape: S,
): Parsed<z.output<S>> {
  const top = (yaml.document.toJS() ?? {}) as Record<string, unknown>
  const list = top[name]
  if (list === undefined) return { rows: [], problems: [] }
  if (!Array.isArray(list)) {
    const row = rowOf(yaml, [name])
    return { rows: [], problems: [`${yaml.file} row ${row}, column ${name}: must be a list`] }
  }
  const parsed: Parsed<z.output<S>> = { rows: [], problems: [] }
  list.forEach((item: unknown, index) => {
    const result = shape.safeParse(item, { reportInput: true })
    if (result.success) {
      parsed.rows.push({ value: result.data, at: `${yaml.file} row ${rowOf(yaml, [name, index])}` })
      return
    }
    for (const issue of result.error.issues) {
      const row = rowOf(yaml, [name, index, ...issue.path])
      parsed.problems.push(
        problemAt(`${yaml.file} row ${row}`, issue.path.join('.'), messageOf(issue)),
      )
    }
  })
  return parsed
}

/** Names at the top of a YAML file that mean nothing. */
export function unknownTops(yaml: YamlFile, known: readonly string[]): string[] {
  const top: unknown = yaml.document.toJS()
  if (top === null || typeof top !== 'object' || Array.isArray(top)) {
    return [`${yaml.file} row 1: must have ${known.join(', ')} at its top`]
  }
  return Object.keys(top)
    .filter((name) => !known.includes(name))
    .map((name) => `${yaml.file} row ${rowOf(yaml, [name])}, column ${name}: unknown`)
}

export function parseGeoJson<S extends z.ZodType>(
  file: string,
  text: string,
  shape: S,
): Parsed<z.output<S>> {
  let features: unknown
  try {
    const parsed = JSON.parse(text.replace(/^\uFEFF/, '')) as { features?: unknown } | null
    features = parsed?.features
  } catch (error) {
    return { rows: [], problems: [`${file}: is no JSON: ${(error as Error).message}`] }
  }
  if (!Array.isArray(features)) {
    return { rows: [], problems: [`${file}: must be a GeoJSON FeatureCollection`] }
  }
  const parsed: Parsed<z.output<S>> = { rows: [], problems: [] }
  features.forEach((feature: unknown, index) => {
    const at = `${file} feature ${index + 1}`
    const result = shape.safeParse(feature, { reportInput: true })
    if (result.success) parsed.rows.push({ value: result.data, at })
    else {
      for (const { path, message } of issuesOf(result.error)) {
        parsed.problems.push(problemAt(at, path, message))
      }
    }
  })
  return parsed
}
