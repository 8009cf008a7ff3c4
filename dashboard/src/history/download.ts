import { ApiError, failureKind } from '../api/client.ts'
import type { Problem } from '../api/types.ts'

/** A file as it streams in, with how many bytes there are; `signal` breaks it off. */
export async function download(
  url: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<Blob> {
  let response: Response
  try {
    response = await fetch(url, { credentials: 'same-origin', signal })
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiError('away', null)
  }
  if (!response.ok || !response.body) {
    const problem = await response.json().catch(() => null)
    throw new ApiError(failureKind(response.status), problem as Problem | null)
  }
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, next) {
      bytes += piece.length
      onBytes(bytes)
      next.enqueue(piece)
    },
  })
  try {
    return await new Response(response.body.pipeThrough(counted)).blob()
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiError('away', null)
  }
}

/** Larger ones go to the browser's own list of downloads: they need not fit into its memory. */
export const mostInMemory = 200_000_000
