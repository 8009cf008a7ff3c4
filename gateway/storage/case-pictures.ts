import { type RawBuilder, sql } from 'kysely'

/** Ids of the cases that show a picture: those it was added to, and those they were merged into. */
export function casesShowing(sha256: string): RawBuilder<string> {
  return sql<string>`(
    with recursive shown(id) as (
      select case_id from case_picture where sha256 = ${sha256}
      union
      select merged.merged_into from "case" as merged join shown on merged.id = shown.id
      where merged.merged_into is not null
    )
    select id from shown)`
}
