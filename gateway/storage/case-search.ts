import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isEnded } from '../domain/case-states.ts'
import type { CaseFilter } from '../ports/queries.ts'
import { holdersOf, type Mine } from './case-mine.ts'

/**
 * What people type is never a pattern: it is cut into the same words that the index is made of (see
 * migrations/case-search.ts), all of which must be there, and the rows that have them are looked
 * at. A number is found by its whole, and by the pieces that people say: day, month, sequence.
 */

interface Within extends Pick<CaseFilter, 'village' | 'hazard' | 'state' | 'mine'> {
  /** Place code of the asker; empty: the whole town. */
  scope: string
  /** Only those that still ask for work. */
  isOpenOnly: boolean
}

/** More words than these make nothing more selective. */
const maxGrams = 40

/** Year, month, day or sequence; a shorter or other piece is looked for in the row. */
const isWholePiece = /^(\d{4,6}|\d{8})$/

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function sign(character: string): string {
  const code = character.codePointAt(0) as number
  return code < 128 ? String.fromCharCode(Math.max(code, 32) + 65_248) : character
}

/** Neighbours two by two; one character alone is a word of its own. */
function grams(text: string): string[] {
  const signs = Array.from(lower(text), sign)
  if (signs.length === 1) return signs
  const pairs = signs.slice(1).map((second, index) => `${signs[index]}${second}`)
  return [...new Set(pairs)].slice(0, maxGrams)
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}

function numberWords(text: string): string[] {
  const pieces = text.split('-').filter((piece) => isWholePiece.test(piece))
  return pieces.length > 0 ? pieces.map((piece) => `n${hex(piece)}`) : [`n${hex(text)}`]
}

/** On the telephone 0042 is forty-two. */
function sequenceOf(text: string): string | undefined {
  return /^\d{1,3}$/.test(text) ? text.padStart(4, '0') : undefined
}

function placeWords({ scope, village, hazard }: Within): string[] {
  return [
    ...(scope.length >= 12 ? [`p${scope}`] : []),
    ...(village === undefined ? [] : [`p${village}`]),
    ...(hazard === undefined ? [] : [`h${hex(hazard)}`]),
  ]
}

function stateWords({ state, isOpenOnly }: Within): string[] {
  const ended = state !== undefined && isEnded(state) ? [`s${state}`] : []
  return isOpenOnly || (state !== undefined && ended.length === 0) ? [...ended, 'o'] : ended
}

/** Any of them will do. */
function ownWords(mine: Mine): string[] {
  const held = holdersOf(mine).map(({ kind, id }) => `k${hex(`${kind}:${id}`)}`)
  return [...held, `c${hex(mine.id)}`]
}

function any(ways: readonly string[]): string {
  return `(${ways.join(' OR ')})`
}

function all(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' AND ')
}

/** An expression of FTS5 for rows that may be meant; `isFound` says which are. */
export function searchWords(q: string, within: Within): string {
  const sequence = sequenceOf(q)
  const ways = [
    grams(q),
    numberWords(q),
    ...(sequence === undefined ? [] : [[`n${hex(sequence)}`]]),
  ]
  const must = [
    ...[...placeWords(within), ...stateWords(within)].map((word) => `"${word}"`),
    ...(within.mine ? [any(ownWords(within.mine).map((word) => `"${word}"`))] : []),
    any(ways.map((words) => `(${all(words)})`)),
  ]
  return must.join(' AND ')
}

export function isFound(q: string): RawBuilder<SqlBool> {
  const wanted = lower(q)
  const sequence = sequenceOf(q)
  const part = (column: string) => sql`instr(lower(${sql.ref(column)}), ${wanted}) > 0`
  const ways = [part('title'), part('text'), part('number')]
  if (sequence !== undefined) ways.push(sql`substr(number, -5) = ${`-${sequence}`}`)
  return sql<SqlBool>`(${sql.join(ways, sql` or `)})`
}
