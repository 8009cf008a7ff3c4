import type { Posted, PostLines } from './post-lines.ts'
import type { InfluxTrouble } from './server.ts'

/**
 * Brings a batch of lines to an end: one bad line costs that line and nothing else. A line is
 * refused for good only when the server said so of it alone, and again after it had taken others of
 * the same batch; when it takes none at all, the server is what is wrong, and the whole batch is to
 * be kept.
 */

export interface Settled {
  taken: number
  /** Older than the bucket keeps anything; not worth keeping, and no fault. */
  outlived: number
  refused: { index: number; reason: string }[]
  /** Set: what is not counted above was not brought to an end. */
  trouble: InfluxTrouble | null
}

interface Numbered {
  index: number
  line: string
}

/** So many refusals for good, and none taken: it is not the lines. */
const mostAlone = 50

export async function settleLines(
  lines: readonly string[],
  post: PostLines,
  stop: AbortSignal,
): Promise<Settled> {
  const all = lines.map((line, index) => ({ index, line }))
  const settled = await settleOnce(all, post, stop)
  const { refused, control } = settled
  if (settled.trouble !== null || refused.length === 0 || control === null) return settled
  // It may have spoken of something else than the lines, and have come to its senses meanwhile:
  // before and after they are refused again it must take one that it has taken already.
  const before = await settleOnce([control], post, stop)
  const suspects = refused.map(({ index }) => all[index] as Numbered)
  const again = await settleOnce(suspects, post, stop, before.taken)
  const after = await settleOnce([control], post, stop)
  const outlived = settled.outlived + again.outlived
  return {
    taken: lines.length - outlived - again.refused.length,
    outlived,
    refused: again.refused,
    trouble: again.trouble ?? lost(before) ?? lost(after),
  }
}

/** What it took a moment ago it does not take now. */
function lost({ trouble, refused }: Settled): InfluxTrouble | null {
  const [found] = refused
  if (trouble !== null || found === undefined) return trouble
  const text = `InfluxDB takes readings at one time and refuses the same ones at another: ${found.reason}. Nothing is dropped; it is tried again by itself. Look at what stands between here and there.`
  return { kind: 'away', text, waitMs: null }
}

interface SettledOnce extends Settled {
  /** One that was taken. */
  control: Numbered | null
}

async function settleOnce(
  all: readonly Numbered[],
  post: PostLines,
  stop: AbortSignal,
  /** Of others, a moment ago. */
  takenBefore = 0,
): Promise<SettledOnce> {
  const settled: SettledOnce = { taken: 0, outlived: 0, refused: [], trouble: null, control: null }
  let refusals = 0

  function isHopeless(): boolean {
    return takenBefore + settled.taken + settled.outlived === 0 && refusals > mostAlone
  }

  async function settle(batch: readonly Numbered[]): Promise<void> {
    if (batch.length === 0 || settled.trouble !== null || isHopeless()) return
    const posted = await post(
      batch.map(({ line }) => line),
      stop,
    )
    if (posted.kind === 'trouble') settled.trouble = posted.trouble
    else if (posted.kind === 'taken') {
      settled.taken += batch.length
      settled.control ??= batch[0] ?? null
    } else if (batch.length === 1 || posted.dropped === batch.length) giveUp(batch, posted)
    else for (const part of partsOf(batch, posted)) await settle(part)
  }

  function giveUp(batch: readonly Numbered[], posted: Posted & { kind: 'refused' }): void {
    refusals += 1
    if (posted.outlived) settled.outlived += batch.length
    else settled.refused.push(...batch.map(({ index }) => ({ index, reason: posted.reason })))
  }

  await settle(all)
  return settled
}

/** Nothing was taken of what was sent, though the server spoke: not the lines are wrong. */
export function isNothingTaken({ taken, outlived, refused, trouble }: Settled): boolean {
  return trouble === null && taken + outlived === 0 && refused.length > 0
}

function partsOf(
  batch: readonly Numbered[],
  { named, outlived }: Posted & { kind: 'refused' },
): Numbered[][] {
  const suspects = new Set(named.filter((index) => index >= 0 && index < batch.length))
  if (suspects.size > 0 && suspects.size < batch.length) {
    const others = batch.filter((_, index) => !suspects.has(index))
    return [others, ...[...suspects].map((index) => batch.slice(index, index + 1))]
  }
  // What the bucket does not keep any more is the older end. Otherwise each half has something of
  // every series, so that one that sends nothing but bad lines does not look like a server that
  // takes none.
  const key = outlived
    ? ({ line }: Numbered) => timeOf(line)
    : ({ index }: Numbered) => mixed(index)
  const sorted = batch.toSorted((a, b) => key(a) - key(b))
  const middle = Math.ceil(sorted.length / 2)
  return [sorted.slice(0, middle), sorted.slice(middle)]
}

function timeOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}

/** An order without any pattern that devices could have, the same each time. */
function mixed(index: number): number {
  return Math.imul(index + 1, 0x9e_37_79_b1) >>> 0
}
