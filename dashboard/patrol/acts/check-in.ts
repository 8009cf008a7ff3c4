import type { Core } from '../core.ts'
import type { CheckInOutcome, CheckinAdditions, DoneCheckin, PhoneFix, Scanned } from '../phone.ts'
import { roundFor } from '../place/walk.ts'
import { isQuotaError } from '../store/overflow.ts'
import type { ClockReading } from '../store/phone-clock.ts'
import type { ItemRow } from '../store/tables.ts'
import { photoAttachment } from './attachments.ts'
import { type ReadScan, readScan } from './read-scan.ts'

/** A check-in is on the disk before anybody is told that it is done. */

/** So long a fix may still come to it, and so long its words, while somebody writes them. */
const openMs = 15_000
const heldMs = 5 * 60_000
/** The same tag again within this is the same visit. */
const againMs = 2 * 60_000
const fixAgeMs = 30_000

export const fixFields = (fix: PhoneFix | null) =>
  fix === null ? {} : { lon: fix.lon, lat: fix.lat, accuracyM: Math.round(fix.accuracyM) }

function rowOf(scan: ReadScan, reading: ClockReading, core: Core): ItemRow {
  const { person } = core.live()
  const day = core.kept().day?.day
  const round = day && scan.pointId !== null ? roundFor(day, scan.pointId, reading.at) : null
  const id = scan.id ?? core.newId()
  const { tag, url, note, task } = scan
  const body = {
    id,
    tag,
    ...(scan.pointId === null ? {} : { point: scan.pointId }),
    ...(url === undefined ? {} : { url }),
    ...(note === undefined ? {} : { note }),
    ...(task === undefined ? {} : { task }),
    ...(round === null ? {} : { round: round.id }),
    ...reading,
    ...fixFields(core.fixes.within(fixAgeMs)),
    phone: core.phone,
  }
  return {
    id,
    person: person?.username ?? '',
    kind: 'checkin',
    state: 'open',
    at: reading.at,
    sealAt: reading.at + openMs,
    text: scan.point?.name ?? '',
    body,
    about: null,
    probablePoint: scan.isProbable ? (scan.point?.id ?? null) : null,
    reason: null,
    detail: null,
  }
}

function doneOf(scan: ReadScan, row: Pick<ItemRow, 'id' | 'at'>, core: Core): DoneCheckin {
  const { point, isProbable } = scan
  const day = core.kept().day?.day
  const round = day && point ? roundFor(day, point.id, row.at) : null
  const checklist = point?.checklist.length ? point.checklist : (round?.checklist ?? [])
  return { id: row.id, at: row.at, point, isProbable, isAgain: false, checklist, isOpen: true }
}

/** The same tag a moment ago, or one that counts once and did. */
function earlier(scan: ReadScan, now: number, core: Core): { id: string; at: number } | null {
  const { items, overflow, taken } = core.kept()
  const queued = [...items, ...overflow].filter(({ kind }) => kind === 'checkin')
  if (scan.id !== null) {
    return [...queued, ...taken].find(({ id }) => id === scan.id) ?? null
  }
  const isSame = ({ at, body }: ItemRow) =>
    now >= at && now - at < againMs && body['tag'] === scan.tag && body['url'] === scan.url
  const isThere = ({ at, point }: { at: number; point: string | null }) =>
    now >= at && now - at < againMs && point !== null && point === scan.pointId
  const isTag = scan.task === undefined && scan.tag !== 'manual'
  if (!isTag) return null
  return (
    queued.filter(({ state }) => state !== 'refused').find(isSame) ?? taken.find(isThere) ?? null
  )
}

/** On a full disk it goes aside, and the screens say what makes room. */
async function keep(row: ItemRow, core: Core): Promise<'stored' | 'aside' | 'diskFull'> {
  const { queue, overflow } = core.store
  try {
    if (await overflow.moveTo(queue)) {
      await queue.add(row)
      return 'stored'
    }
  } catch (error) {
    if (!isQuotaError(error)) throw error
  }
  core.change({ isDiskFull: true })
  return overflow.keep(row) ? 'aside' : 'diskFull'
}

function show(done: DoneCheckin, core: Core): CheckInOutcome {
  core.change({ done, isTagWrong: false })
  core.wake()
  return { kind: 'done', checkin: done }
}

export async function checkIn(
  scanned: Scanned,
  core: Core,
  reading: ClockReading = core.clock.read(),
): Promise<CheckInOutcome> {
  if (!core.live().person) return { kind: 'nobody' }
  const scan = readScan(scanned, core)
  if (typeof scan === 'string') return { kind: scan }
  const before = earlier(scan, reading.at, core)
  if (before) return show({ ...doneOf(scan, before, core), isAgain: true, isOpen: false }, core)
  const row = rowOf(scan, reading, core)
  const outcome = await keep(row, core)
  if (outcome === 'diskFull') return { kind: 'diskFull' }
  await core.reload()
  return show({ ...doneOf(scan, row, core), isOpen: outcome === 'stored' }, core)
}

export async function hold(id: string, core: Core): Promise<void> {
  const { at } = core.clock.read()
  await core.store.queue.amend(id, (row) => ({ ...row, sealAt: at + heldMs }))
  await core.reload()
}

async function attachments(id: string, { photo }: CheckinAdditions, core: Core) {
  const row = photo ? await core.store.queue.byId(id) : null
  if (!photo || row?.state !== 'open') return []
  // Before it is made smaller, which takes an old phone a while.
  await hold(id, core)
  return [await photoAttachment(photo, { at: row.at, point: row.text }, core)]
}

/** Where no fix will come any more, it need not be waited for. */
function sealTime(row: ItemRow, now: number, core: Core): number {
  const hasFix = row.body['lon'] !== undefined || core.fixes.state() !== 'searching'
  return hasFix ? now : Math.max(now, row.at + openMs)
}

type SealAt = (row: ItemRow, now: number, core: Core) => number

async function put(
  id: string,
  additions: CheckinAdditions,
  { core, sealAt }: { core: Core; sealAt: SealAt },
): Promise<boolean> {
  const pictures = await attachments(id, additions, core)
  const { findings, note, task, verdict } = additions
  const { at } = core.clock.read()
  const isChanged = await core.store.queue.amend(
    id,
    (row) => {
      const body = {
        ...row.body,
        ...(findings && findings.length > 0 ? { findings } : {}),
        ...(note ? { note: note.slice(0, 500) } : {}),
        ...(task ? { task } : {}),
        ...(verdict ? { verdict } : {}),
        ...(pictures[0] ? { photo: pictures[0].sha256 } : {}),
      }
      return { ...row, body, sealAt: sealAt(row, at, core) }
    },
    pictures,
  )
  await core.reload()
  core.wake()
  return isChanged
}

/** A photo is on the disk before it is said to be kept. */
export const add = (id: string, additions: CheckinAdditions, core: Core) =>
  put(id, additions, { core, sealAt: (_row, now) => now + heldMs })

export const finish = (id: string, additions: CheckinAdditions, core: Core) =>
  put(id, additions, { core, sealAt: sealTime })
