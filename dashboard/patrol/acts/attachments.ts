import type { Attachment, Core } from '../core.ts'
import { sha256 } from '../store/sha256.ts'

/** Pictures and voices as the store keeps them until the gateway has them. */

function localTime(at: number, timeZone: string | undefined): string {
  const form = new Intl.DateTimeFormat('zh-CN', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone ? { timeZone } : {}),
  })
  return form.format(at)
}

/** Time, village and point, as they are written into the picture. */
function markText({ at, point }: { at: number; point: string }, core: Core): string {
  const day = core.kept().day?.day
  const known = day?.points.find(({ name }) => name === point)
  const village = known?.placeName ?? day?.town.name ?? ''
  return [localTime(at, day?.town.timeZone), village, point].filter(Boolean).join('  ')
}

export async function photoAttachment(
  photo: Blob,
  of: { at: number; point: string },
  core: Core,
): Promise<Attachment> {
  const bytes = await core.shrink(photo, markText(of, core))
  return { sha256: sha256(bytes), kind: 'photo', bytes, text: of.point }
}

export async function voiceAttachment(voice: Blob): Promise<Attachment> {
  const bytes = new Uint8Array(await voice.arrayBuffer())
  return { sha256: sha256(bytes), kind: 'voice', bytes, text: '' }
}
