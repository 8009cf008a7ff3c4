/** What ffmpeg writes, cut so that a viewer can begin in the midst of it. */

export type Part =
  /** Sent to each viewer before all else. */
  | { kind: 'opening'; bytes: Buffer; codec: string | null }
  | { kind: 'piece'; bytes: Buffer; isKey: boolean }

export interface Framer {
  /** Throws FramerError when what comes is not what was asked for. */
  push(chunk: Buffer): Part[]
}

/** `notH264`: it cannot be shown without being written anew. */
export class FramerError extends Error {
  override name = 'FramerError'
  readonly why: 'notH264' | 'broken'
  constructor(why: 'notH264' | 'broken') {
    super(why)
    this.why = why
  }
}
