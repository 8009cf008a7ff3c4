import type { Selectable } from 'kysely'
import type { PatrolPoint, TagKind } from '../domain/patrol.ts'
import type { Tables } from './schema.ts'

/** Points as the domain knows them, and back. */

export function toPoint(row: Selectable<Tables['patrol_point']>): PatrolPoint {
  const { radius_m, tag_uid, checklist, tag, ...rest } = row
  return {
    ...rest,
    radiusM: radius_m,
    tag: tag as TagKind,
    tagUid: tag_uid,
    checklist: JSON.parse(checklist) as string[],
  }
}

export function toPointRow({ radiusM, tagUid, checklist, ...rest }: PatrolPoint) {
  return { ...rest, radius_m: radiusM, tag_uid: tagUid, checklist: JSON.stringify(checklist) }
}
