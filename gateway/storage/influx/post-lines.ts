import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client'
import type { Clock } from '../../ports/clock.ts'
import {
  type InfluxServer,
  type InfluxTrouble,
  inShort,
  parsedObject,
  troubleOf,
  unreachable,
  wordsIn,
} from './server.ts'

/**
 * Sends lines once and says what became of them. The client's own buffers and retries are off:
 * they are lost with the process and give up after minutes, and the log keeps every reading anyway.
 */

export type Posted =
  | { kind: 'taken' }
  /** At least one line was not taken; others may have been, and may be sent again. */
  | {
      kind: 'refused'
      reason: string
      /** Indexes of the lines it named, if it did. */
      named: number[]
      /** How many it dropped, if it said so. */
      dropped: number | null
      /** Older than the bucket keeps readings: taken and gone at once, so to say. */
      outlived: boolean
    }
  | { kind: 'trouble'; trouble: InfluxTrouble }

export type PostLines = (lines: readonly string[], stop: AbortSignal) => Promise<Posted>

/** A server that takes the connection and says nothing. */
const timeoutMs = 30_000
const mostBytes = 50 * 1024 * 1024
/** Sizes and syntax; all else speaks of the server, not of the lines. */
const aboutLines = new Set([400, 413, 422])

export function createPostLines(server: InfluxServer, clock: Pick<Clock, 'now'>): PostLines {
  const { url, token, org = '', bucket } = server
  const { transport } = new InfluxDB({ url, ...(token ? { token } : {}), timeout: timeoutMs })

  return async (lines, stop) => {
    const watched = watch(transport, AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]))
    const write = new InfluxDB({ url, transport: watched.transport }).getWriteApi(
      org,
      bucket,
      'ms',
      {
        maxRetries: 0,
        flushInterval: 0,
        // Over the number of lines, so that nothing goes before the one flush.
        batchSize: lines.length + 1,
        maxBatchBytes: mostBytes,
        writeFailed: (error) => Promise.reject(error),
      },
    )
    write.writeRecords([...lines])
    try {
      await write.flush()
    } catch (error) {
      return failed(error)
    }
    // 201 is how some InfluxDB 3 say that only a part was taken, and how a proxy may say thanks.
    const said = watched.said()
    return watched.status() === 201 && /partial|error|reject/i.test(said)
      ? refused(said)
      : { kind: 'taken' }
  }

  function failed(error: unknown): Posted {
    if (!(error instanceof HttpError)) {
      return { kind: 'trouble', trouble: unreachable(server, error) }
    }
    const { statusCode: status, body = '', message } = error
    if (aboutLines.has(status)) return refused(body || message)
    const retryAfter = error.headers?.['retry-after']
    const answered = {
      status,
      said: wordsIn(body) || message,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      now: clock.now(),
    }
    return { kind: 'trouble', trouble: troubleOf(server, answered) }
  }
}

/** The client tells neither the status nor the words of an answer that it takes for a success. */
function watch(transport: Transport, signal: AbortSignal) {
  let status: number | undefined
  let said = ''
  const watched: Transport = {
    chunkCombiner: transport.chunkCombiner,
    request: (...asked) => transport.request(...asked),
    iterate: (...asked) => transport.iterate(...asked),
    send(path, body, options, callbacks = {}) {
      transport.send(
        path,
        body,
        { ...options, signal },
        {
          ...callbacks,
          responseStarted(headers, statusCode) {
            status = statusCode
            callbacks.responseStarted?.(headers, statusCode)
          },
          next(chunk) {
            if (said.length < 100_000) said += Buffer.from(chunk).toString()
            return callbacks.next?.(chunk)
          },
        },
      )
    },
  }
  return { transport: watched, status: () => status, said: () => said }
}

function refused(body: string): Posted {
  const words = wordsIn(body)
  const entries = lineEntries(parsedObject(body))
  const dropped = /dropped=(\d+)/.exec(words)?.[1]
  return {
    kind: 'refused',
    reason: inShort(entries[0]?.text ? `${words}: ${entries[0].text}` : words),
    named: entries.map(({ index }) => index),
    dropped: dropped === undefined ? null : Number(dropped),
    outlived: /beyond retention|outside (of )?(the )?retention/i.test(words),
  }
}

/** InfluxDB 3 says of each line that it did not take what was wrong with it. */
function lineEntries({ data, line }: Record<string, unknown>): { index: number; text: string }[] {
  if (typeof line === 'number') return [{ index: line - 1, text: '' }]
  if (!Array.isArray(data)) return []
  return data.flatMap((entry: unknown) => {
    const { line_number: number, error_message: text } = (entry ?? {}) as Record<string, unknown>
    if (typeof number !== 'number') return []
    return [{ index: number - 1, text: typeof text === 'string' ? text : '' }]
  })
}
