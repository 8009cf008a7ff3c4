import type { UploadState } from '../../../gateway/http/schemas/uploads.ts'
import { ApiError } from '../../src/api/client.ts'
import type { PhoneGateway } from '../api/gateway.ts'
import type { Queue, UploadShelf } from '../store/queue.ts'
import type { UploadRow } from '../store/tables.ts'
import { endUnlessRefused, RunEnded, reasonOf } from './failures.ts'

/** Photos and voices, in pieces, from where the gateway has them; gone only when it stored them. */

export interface UploadSources {
  queue: Queue
  uploads: UploadShelf
  gateway: PhoneGateway
  onChange: () => void
  /** Something more urgent came in: stop between two pieces. */
  isUrgent: () => boolean
}

const pieceBytes = 64 * 1024

/** What was announced before is answered with how far it is. */
function knownState(row: UploadRow, gateway: PhoneGateway): Promise<UploadState> {
  return gateway.announce(row.sha256, { kind: row.kind, size: row.size })
}

const isConflict = (error: unknown) => error instanceof ApiError && error.kind === 'conflict'

/** Where the two disagree on how much is there, the gateway is right; it is asked once more. */
async function sendNext(
  row: UploadRow,
  bytes: Uint8Array,
  { state, gateway }: { state: UploadState; gateway: PhoneGateway },
): Promise<UploadState> {
  const { received } = state
  try {
    const piece = bytes.slice(received, received + pieceBytes)
    return await gateway.sendPiece(row.sha256, received, piece)
  } catch (error) {
    if (!isConflict(error)) throw error
    const now = await knownState(row, gateway)
    if (!now.stored && now.received === received) throw new RunEnded('later')
    return now
  }
}

async function sendWhole(row: UploadRow, bytes: Uint8Array, sources: UploadSources): Promise<void> {
  const { gateway, uploads, onChange, isUrgent } = sources
  let state = await knownState(row, gateway)
  while (!state.stored) {
    if (isUrgent()) return
    // Whole, and not yet looked at.
    if (state.received >= row.size) throw new RunEnded('later')
    state = await sendNext(row, bytes, { state, gateway })
    await uploads.progress(row, state.received)
    onChange()
  }
  await uploads.remove(row)
  onChange()
}

async function sendUpload(row: UploadRow, sources: UploadSources): Promise<void> {
  const { uploads, onChange } = sources
  const bytes = await uploads.bytes(row)
  if (!bytes) return
  try {
    await sendWhole(row, bytes, sources)
  } catch (error) {
    if (error instanceof RunEnded) throw error
    endUnlessRefused(error)
    const { reason, detail } = reasonOf(error)
    await uploads.refuse(row, reason, detail)
    onChange()
  }
}

export async function sendUploads(person: string, sources: UploadSources): Promise<void> {
  for (const row of await sources.uploads.list(person)) {
    if (sources.isUrgent()) return
    const item = await sources.queue.byId(row.item)
    const goesFirst = item !== null && item.state !== 'refused'
    if (row.state === 'waiting' && !goesFirst) await sendUpload(row, sources)
  }
}
