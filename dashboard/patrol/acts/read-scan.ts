import type { Core } from '../core.ts'
import type { DayPoint, Scanned } from '../phone.ts'
import { readTag, readUid } from '../place/tag-text.ts'
import { probablePoint, roundNow, visitedAt } from '../place/walk.ts'
import { sha256 } from '../store/sha256.ts'

/** What was scanned, tapped or said, as a check-in will have it. */
export interface ReadScan {
  /** Made of person and tag where one tag may count only once; null: a new one. */
  id: string | null
  tag: string
  url: string | undefined
  pointId: string | null
  point: DayPoint | null
  isProbable: boolean
  note: string | undefined
  task: string | undefined
}

/** A fix that is older says nothing about where the tag hangs. */
const fixAgeMs = 60_000

function guessed(core: Core, kind: 'nfc424' | 'nfcUid'): DayPoint | null {
  const { day } = core.kept()
  if (!day) return null
  const { at } = core.clock.read()
  const round = roundNow(day.day, at, core.live().chosenRound)
  const left = round?.points.find(({ id }) => visitedAt(round, id, []) === null)
  const next = day.day.points.find(({ id }) => id === left?.id) ?? null
  return probablePoint(day.day, { kind, fix: core.fixes.within(fixAgeMs), next })
}

const none = {
  id: null,
  url: undefined,
  pointId: null,
  point: null,
  isProbable: false,
  note: undefined,
  task: undefined,
}

function readText(text: string, core: Core): ReadScan | null {
  const tag = readTag(text, core.origin)
  if (!tag) return null
  const point = core.kept().day?.day.points.find(({ id }) => id === tag.point) ?? null
  // The town may be reached by several addresses; a code of another town names none of its points.
  if (!tag.isHere && tag.point !== null && !point) return null
  const username = core.live().person?.username ?? ''
  const id = tag.isOnce ? sha256(`tag|${username}|${tag.url}`).slice(0, 32) : null
  if (tag.kind === 'nfc424') {
    const probable = guessed(core, 'nfc424')
    return {
      ...none,
      id,
      tag: tag.kind,
      url: tag.url,
      point: probable,
      isProbable: probable !== null,
    }
  }
  const kind = tag.kind === 'qr' && point?.tag === 'nfcUid' ? 'nfcUid' : tag.kind
  return { ...none, id, tag: kind, url: tag.url, pointId: tag.point, point }
}

function readNfc(text: string, core: Core): ReadScan | null {
  const uid = readUid(text)
  if (uid === null) return null
  const point = guessed(core, 'nfcUid')
  return { ...none, tag: uid, point, isProbable: point !== null }
}

export function readScan(scanned: Scanned, core: Core): ReadScan | 'notOurs' | 'unknownPoint' {
  const day = core.kept().day?.day
  if (scanned.kind === 'text') {
    const byUrl = readText(scanned.text, core)
    if (byUrl) return byUrl
    return (scanned.nfcUid && readNfc(scanned.nfcUid, core)) || 'notOurs'
  }
  if (scanned.kind === 'nfc') return readNfc(scanned.uid, core) ?? 'notOurs'
  if (scanned.kind === 'manual') {
    const point = day?.points.find(({ id }) => id === scanned.point)
    if (!point) return 'unknownPoint'
    return { ...none, tag: 'manual', pointId: point.id, point, note: scanned.reason.slice(0, 500) }
  }
  const task = day?.tasks.find(({ id }) => id === scanned.task)
  if (!task) return 'unknownPoint'
  return { ...none, tag: 'manual', task: task.id }
}
