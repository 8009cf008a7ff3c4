import type { LiveEnding, LiveMessage } from '../domain/live-picture.ts'
import type { Clock } from '../ports/clock.ts'
import type { Part } from './framer.ts'

/** One who looks. None of these may throw or wait. */
export interface LiveViewer {
  tell(message: LiveMessage): void
  send(bytes: Uint8Array): void
  /** Bytes that were sent and that the line has not taken. */
  buffered(): number
  /** After the last message; nothing is sent any more. */
  close(): void
}

/** What somebody needs who begins now. */
export interface Beginning {
  hello: LiveMessage
  opening: Uint8Array
  /** From the last key frame on. */
  pieces: readonly Uint8Array[]
}

/**
 * A viewer's place at a stream. Whose line is too slow misses pictures up to a key frame, and is
 * sent away when even that does not help; nobody else waits for it.
 */
export interface Seat {
  begin(beginning: Beginning): void
  take(piece: Part & { kind: 'piece' }): void
  tell(message: LiveMessage): void
  end(why: LiveEnding): void
}

/** A second or two of a large picture. */
const mostBufferedBytes = 1_048_576
const againBelowBytes = 65_536
const skipsAtMostMs = 15_000

export function createSeat(
  viewer: LiveViewer,
  { clock, left }: { clock: Pick<Clock, 'monotonic'>; left: () => void },
): Seat {
  let isReady = false
  let waitsForKey = true
  /** When pictures began to be left out; undefined: none are. */
  let skipsSince: number | undefined

  function end(why: LiveEnding): void {
    viewer.tell({ kind: 'end', why })
    viewer.close()
    left()
  }

  /** Whether this piece is sent. */
  function goesOn({ isKey }: { isKey: boolean }): boolean {
    const buffered = viewer.buffered()
    if (skipsSince === undefined) {
      if (buffered <= mostBufferedBytes) return true
      skipsSince = clock.monotonic()
      return false
    }
    if (isKey && buffered <= againBelowBytes) {
      skipsSince = undefined
      return true
    }
    if (buffered > againBelowBytes && clock.monotonic() - skipsSince > skipsAtMostMs) {
      end('tooSlow')
    }
    return false
  }

  return {
    end,
    tell: (message) => viewer.tell(message),
    begin({ hello, opening, pieces }) {
      isReady = true
      skipsSince = undefined
      waitsForKey = pieces.length === 0
      viewer.tell(hello)
      viewer.send(opening)
      for (const piece of pieces) viewer.send(piece)
    },
    take(piece) {
      if (piece.isKey) waitsForKey = false
      if (isReady && !waitsForKey && goesOn(piece)) viewer.send(piece.bytes)
    },
  }
}
