import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

/**
 * Text search over the queue. FTS5's own trigrams find nothing by two characters, and most Chinese
 * words are two; so its words are made here: each character and each two neighbours of title and
 * text, ASCII in its full-width form and lower case, so that no sign is a separator. Beside them
 * stand pieces of the number, the place and the hazard, in hexadecimal, so that a search for a
 * frequent word in one village does not look at the rows of the others. `case-search.ts` makes the
 * words of a question in the same way and looks at the row itself in the end: no false find. So do
 * who holds it, who is on it, and whether it is open: few are open, and few are one person's.
 *
 * Only row ids are kept (`detail=none`, no content): they come newest first without sorting.
 */

/** One character as it stands in a word; control signs are blanks. */
const sign = (of: string) =>
  `case when unicode(${of}) < 128 then char(max(unicode(${of}), 32) + 65248) else ${of} end`

const first = 'substr(spoken.words, at.key + 1, 1)'
const second = 'substr(spoken.words, at.key + 2, 1)'

/** An array as long as the text: triggers know no recursion. */
const positions = `json_each('[' || rtrim(replace(hex(zeroblob(length(spoken.words))), '00', '0,'), ',') || ']')`

/** 云岭-20261121-0042: the whole, 20261121-0042, 20261121, 202611, 2026, 261121, 1121, 0042. */
const tail = `substr(number, instr(number, '-') + 1)`
const numberPieces = [
  'number',
  tail,
  `substr(number, 1, max(instr(number, '-') - 1, 0))`,
  ...['1, 8', '1, 6', '1, 4', '3, 6', '5, 4', '10'].map((part) => `substr(${tail}, ${part})`),
]

const words = `
  (select coalesce(group_concat(distinct ${sign(first)} || ' ' || ${sign(first)} || ${sign(second)}), '')
   from (select lower(title || char(10) || coalesce(text, '')) as words) as spoken, ${positions} as at)
  || ' ' || ${numberPieces.map((piece) => `'n' || hex(${piece})`).join(` || ' ' || `)}
  || ' p' || village || ' p' || coalesce(grid, '') || ' h' || hex(hazard)
  || coalesce(' k' || hex(json_extract(holder, '$.kind') || ':' || json_extract(holder, '$.id')), '')
  || coalesce(' c' || hex(claimed_by), '')
  || case when state in ('closed', 'void', 'merged') then ' s' || state else ' o' end`

const searched = ['number', 'title', 'text', 'village', 'grid', 'hazard', 'holder', 'claimed_by']

/** From one open state to another nothing changes. */
const stood = (row: string) =>
  `case when ${row}.state in ('closed', 'void', 'merged') then ${row}.state end`

const insert = (where: string) =>
  `insert into case_search (rowid, words) select key, words from case_words ${where}`

export async function createCaseSearch(db: Kysely<Tables>): Promise<void> {
  const remove = 'delete from case_search where rowid = old.rowid'
  const changed = [
    ...searched.map((column) => `old.${column} is not new.${column}`),
    `${stood('old')} is not ${stood('new')}`,
  ].join(' or ')
  for (const statement of [
    `create virtual table case_search using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')`,
    `create view case_words as select rowid as key, ${words} as words from "case"`,
    insert(''),
    `create trigger case_search_insert after insert on "case" begin ${insert('where key = new.rowid')}; end`,
    `create trigger case_search_update after update of ${[...searched, 'state'].join(', ')} on "case" when ${changed}
     begin ${remove}; ${insert('where key = new.rowid')}; end`,
    `create trigger case_search_delete after delete on "case" begin ${remove}; end`,
  ]) {
    await sql.raw(statement).execute(db)
  }
}
