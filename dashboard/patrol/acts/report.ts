import type { Attachment, Core } from '../core.ts'
import type { ReportDraft, StoreOutcome } from '../phone.ts'
import { distanceM } from '../place/walk.ts'
import { isQuotaError } from '../store/overflow.ts'
import type { ItemRow } from '../store/tables.ts'
import { photoAttachment, voiceAttachment } from './attachments.ts'
import { fixFields } from './check-in.ts'

/** 随手报, 一键求助 and a word to a check-in: stored first, sent when there is a way. */

const reportFixMs = 10_000
const helpFixMs = 3000
/** Where somebody was a while ago is better than nothing when they call for help. */
const helpFixAgeMs = 5 * 60_000
const reportFixAgeMs = 60_000
const photosAtMost = 9

function nearby(core: Core): { id: string; name: string } | null {
  const { day, taken, items } = core.kept()
  const fix = core.fixes.within(helpFixAgeMs)
  const points = day?.day.points ?? []
  if (fix) {
    const [near] = [...points].sort((one, two) => distanceM(fix, one) - distanceM(fix, two))
    return near && distanceM(fix, near) < 1000 ? near : null
  }
  const last = items.findLast(({ kind }) => kind === 'checkin')?.body['point'] ?? taken[0]?.point
  return points.find(({ id }) => id === last) ?? null
}

interface Draft {
  kind: 'help' | 'report' | 'word'
  text: string
  body: Record<string, unknown>
  /** How long a fix may still come. */
  openMs: number
  about?: string
}

function rowOf({ kind, text, body, openMs, about }: Draft, at: number, core: Core): ItemRow {
  const id = core.newId()
  return {
    id,
    person: core.live().person?.username ?? '',
    kind,
    state: openMs === 0 ? 'waiting' : 'open',
    at,
    sealAt: at + openMs,
    text,
    body: kind === 'word' ? body : { id, ...body },
    about: about ?? null,
    probablePoint: null,
    reason: null,
    detail: null,
  }
}

async function store(
  row: ItemRow,
  attachments: readonly Attachment[],
  core: Core,
): Promise<StoreOutcome> {
  try {
    await core.store.queue.add(row, attachments)
  } catch (error) {
    if (!isQuotaError(error)) return { kind: 'failed' }
    core.change({ isDiskFull: true })
    if (row.kind !== 'help' || !core.store.overflow.keep(row)) return { kind: 'diskFull' }
  }
  await core.reload()
  core.wake()
  return { kind: 'stored', id: row.id }
}

export async function report(draft: ReportDraft, core: Core): Promise<StoreOutcome> {
  if (!core.live().person) return { kind: 'nobody' }
  const { at } = core.clock.read()
  const fix = core.fixes.within(reportFixAgeMs)
  const point = nearby(core)
  const photos: Attachment[] = []
  let voice: Attachment | null = null
  try {
    for (const photo of draft.photos.slice(0, photosAtMost)) {
      photos.push(await photoAttachment(photo, { at, point: point?.name ?? '' }, core))
    }
    voice = draft.voice ? await voiceAttachment(draft.voice) : null
  } catch {
    return { kind: 'failed' }
  }
  const text = draft.text.slice(0, 1000)
  const body = {
    hazard: draft.hazard,
    text,
    at,
    ...fixFields(fix),
    ...(point ? { point: point.id } : {}),
    photos: [...new Set(photos.map(({ sha256 }) => sha256))],
    ...(voice ? { voice: voice.sha256 } : {}),
  }
  const openMs = fix || core.fixes.state() !== 'searching' ? 0 : reportFixMs
  const row = rowOf({ kind: 'report', text, body, openMs }, at, core)
  return store(row, voice ? [...photos, voice] : photos, core)
}

export async function help(text: string, core: Core): Promise<StoreOutcome> {
  if (!core.live().person) return { kind: 'nobody' }
  const { at } = core.clock.read()
  const fix = core.fixes.within(helpFixAgeMs)
  const point = nearby(core)
  const body = { text, at, ...fixFields(fix), ...(point ? { point: point.id } : {}) }
  const openMs = fix || core.fixes.state() !== 'searching' ? 0 : helpFixMs
  return store(rowOf({ kind: 'help', text, body, openMs }, at, core), [], core)
}

export async function say(about: string, text: string, core: Core): Promise<StoreOutcome> {
  if (!core.live().person) return { kind: 'nobody' }
  const { at } = core.clock.read()
  return store(rowOf({ kind: 'word', text, body: { text }, openMs: 0, about }, at, core), [], core)
}

/** A fix that came late, to all that still waits for one. */
export async function giveFix(core: Core): Promise<void> {
  const fix = core.fixes.within(reportFixAgeMs)
  const lacking = core
    .kept()
    .items.filter(({ state, body }) => state === 'open' && body['lon'] === undefined)
  if (!fix || lacking.length === 0) return
  for (const { id } of lacking) {
    await core.store.queue.amend(id, (row) => {
      const body = { ...row.body, ...fixFields(fix) }
      // Nobody adds anything to the others.
      return row.kind === 'checkin' ? { ...row, body } : { ...row, body, sealAt: fix.at }
    })
  }
  await core.reload()
  core.wake()
}
