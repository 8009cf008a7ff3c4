import { InvalidError, UnavailableError } from '../../domain/errors.ts'
import { mostPoints, tooManyPoints } from '../../domain/resolution.ts'
import type { Clock } from '../../ports/clock.ts'
import { type InfluxServer, inShort, troubleOf, unreachable, wordsIn } from './server.ts'

/**
 * One InfluxQL statement over /query, which 1.8, 2 and 3 all answer; several in one request only
 * the older two would. The answer comes in chunks, because what is not chunked a server may cut off
 * at a number of rows.
 */

export type Cell = string | number | boolean | null

export interface Rows {
  tags: Record<string, string>
  columns: string[]
  values: Cell[][]
}

/** Gives up with InvalidError as soon as there are more than `mostPoints` rows. */
export type Ask = (statement: string) => Promise<Rows[]>

const timeoutMs = 30_000
const chunkRows = 10_000
/** What proxies let through as an address; longer ones go as a form. */
const longestAddress = 4000
/** A token is for this server alone. */
const redirect = 'manual'

export function createAsk(
  server: InfluxServer,
  { clock, stop }: { clock: Pick<Clock, 'now'>; stop: AbortSignal },
): Ask {
  const { url, token, bucket } = server
  const [db = bucket, policy] = bucket.split('/')
  const headers: Record<string, string> = token ? { authorization: `Token ${token}` } : {}

  function send(statement: string): Promise<Response> {
    const asked = new URLSearchParams({
      db,
      ...(policy ? { rp: policy } : {}),
      epoch: 'ms',
      chunked: 'true',
      chunk_size: String(chunkRows),
      q: statement,
    })
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)])
    const address = `${url}/query?${asked}`
    if (address.length <= longestAddress) return fetch(address, { headers, signal, redirect })
    return fetch(`${url}/query`, { method: 'POST', headers, signal, redirect, body: asked })
  }

  function failed(status: number, said: string, retryAfter?: string): UnavailableError {
    const answered = { status, said, retryAfter, now: clock.now() }
    return new UnavailableError(troubleOf(server, answered).text)
  }

  function rowsOf({ error, results = [] }: Chunk): Rows[] {
    const said = error ?? results.find((result) => result.error !== undefined)?.error
    // InfluxDB 1.x says with status 200 that it has no such database.
    if (said !== undefined)
      throw failed(/(database|bucket) not found/i.test(said) ? 404 : 500, said)
    return results.flatMap(({ series = [] }) =>
      series.map(({ tags = {}, columns = [], values = [] }) => ({ tags, columns, values })),
    )
  }

  function parse(line: string): Chunk {
    try {
      return JSON.parse(line) as Chunk
    } catch {
      throw new UnavailableError(
        `InfluxDB at ${server.url} answers something else than JSON: ${inShort(line)}. See that LIANXUN_INFLUX_URL is the address of InfluxDB itself.`,
      )
    }
  }

  return async (statement) => {
    if (stop.aborted) throw new UnavailableError('The time series are closed.')
    const rows: Rows[] = []
    let count = 0
    try {
      const answer = await send(statement)
      if (!answer.ok) {
        const retryAfter = answer.headers.get('retry-after') ?? undefined
        throw failed(answer.status, wordsIn(await answer.text()), retryAfter)
      }
      for await (const line of linesIn(answer)) {
        for (const one of rowsOf(parse(line))) {
          rows.push(one)
          count += one.values.length
        }
        if (count > mostPoints) throw tooManyPoints()
      }
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof InvalidError) throw error
      throw new UnavailableError(unreachable(server, error).text)
    }
    return rows
  }
}

/** One line is one chunk. Leaving the loop cuts the answer off. */
async function* linesIn(answer: Response): AsyncIterable<string> {
  let rest = ''
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${part}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line.trim() !== '')
  }
  if (rest.trim() !== '') yield rest
}

interface Chunk {
  results?: { error?: string; series?: Partial<Rows>[] }[]
  error?: string
}
