import type { CheckinResult, NewCheckin } from '../../../gateway/http/schemas/patrol.ts'
import { ApiError } from '../../src/api/client.ts'
import type { PhoneGateway } from '../api/gateway.ts'
import type { People } from '../store/people.ts'
import type { PhoneClock } from '../store/phone-clock.ts'
import type { Queue } from '../store/queue.ts'
import type { ItemRow, TakenRow } from '../store/tables.ts'
import { endUnlessRefused, RunEnded, reasonOf } from './failures.ts'

/** Help calls first, then check-ins in batches and in order, reports, words. */

export interface ItemSources {
  queue: Queue
  people: People
  gateway: PhoneGateway
  clock: PhoneClock
  onChange: () => void
}

const batchSize = 50

/** Those that may go now; a check-in never goes before the one that was made before it. */
function ready(rows: readonly ItemRow[], kind: ItemRow['kind']): ItemRow[] {
  const own = rows.filter((row) => row.kind === kind && row.state !== 'refused')
  const open = own.findIndex(({ state }) => state === 'open')
  if (kind === 'checkin' && open !== -1) return own.slice(0, open)
  return own.filter(({ state }) => state === 'waiting')
}

/** Its number is shown at once, and before it leaves the queue. */
async function deliver({ kind, about, body, person }: ItemRow, sources: ItemSources) {
  const { gateway, people } = sources
  if (kind === 'word') return gateway.send(`/patrol/checkins/${about}/word`, body)
  const path = kind === 'help' ? '/patrol/help' : '/patrol/reports'
  const report = await gateway.report(path, body)
  // Without room for it, it comes with the next day.
  await people.keepReport(person, report).catch(() => undefined)
}

async function sendOne(row: ItemRow, sources: ItemSources): Promise<void> {
  const { queue, onChange } = sources
  try {
    await deliver(row, sources)
    await queue.remove(row.id)
  } catch (error) {
    // A word to a check-in that the gateway no longer has.
    const isGone = row.kind === 'word' && error instanceof ApiError && error.kind === 'notFound'
    if (!isGone) endUnlessRefused(error)
    const { reason, detail } = reasonOf(error)
    await queue.refuse(row.id, reason, detail)
  }
  onChange()
}

async function settle(
  rows: readonly ItemRow[],
  results: readonly CheckinResult[],
  { queue, people }: ItemSources,
): Promise<void> {
  const answers = new Map(results.map((result) => [result.id, result]))
  const taken: TakenRow[] = []
  for (const { id, person } of rows) {
    const answer = answers.get(id)
    if (answer?.status !== 'accepted') continue
    const { at, point, round, marks } = answer
    taken.push({ id, person, at, point, round, marks })
  }
  // What was taken is written down before it leaves the queue, so that a visit is never unseen.
  await people.keepTaken(taken)
  for (const { id } of rows) {
    const answer = answers.get(id)
    if (answer?.status === 'accepted') await queue.remove(id)
    if (answer?.status === 'refused') {
      await queue.refuse(id, answer.refusal?.kind ?? 'refused', answer.refusal?.text ?? null)
    }
  }
  if (rows.some(({ id }) => !answers.has(id))) throw new RunEnded('later')
}

/** A batch that is refused as a whole is halved until the one that is wrong stands alone. */
async function sendBatch(rows: readonly ItemRow[], sources: ItemSources): Promise<void> {
  const { gateway, clock, queue, onChange } = sources
  try {
    const bodies = rows.map(({ body }) => body as unknown as NewCheckin)
    await settle(rows, await gateway.sendCheckins(bodies, clock.read()), sources)
  } catch (error) {
    if (error instanceof RunEnded) throw error
    endUnlessRefused(error)
    const [only] = rows
    if (rows.length === 1 && only) {
      const { reason, detail } = reasonOf(error)
      await queue.refuse(only.id, reason, detail)
    } else {
      const half = Math.ceil(rows.length / 2)
      await sendBatch(rows.slice(0, half), sources)
      await sendBatch(rows.slice(half), sources)
    }
  }
  onChange()
}

async function sendEach(
  person: string,
  kind: 'help' | 'report' | 'word',
  sources: ItemSources,
): Promise<void> {
  const { queue } = sources
  for (const row of ready(await queue.items(person), kind)) {
    // The check-in that a word is about may still be open.
    if (row.about === null || !(await queue.byId(row.about))) await sendOne(row, sources)
  }
}

async function sendCheckins(person: string, sources: ItemSources): Promise<void> {
  for (;;) {
    const batch = ready(await sources.queue.items(person), 'checkin').slice(0, batchSize)
    if (batch.length === 0) return
    await sendBatch(batch, sources)
    // Whoever called for help meanwhile does not wait for the rest.
    await sendEach(person, 'help', sources)
  }
}

/** What the gateway stumbles over holds up its own kind only. */
export async function sendItems(person: string, sources: ItemSources): Promise<void> {
  let first: RunEnded | null = null
  const steps = [
    () => sendEach(person, 'help', sources),
    () => sendCheckins(person, sources),
    () => sendEach(person, 'report', sources),
    () => sendEach(person, 'word', sources),
  ]
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      if (!(error instanceof RunEnded) || !error.isOfOneKind) throw error
      first ??= error
    }
  }
  if (first) throw first
}
