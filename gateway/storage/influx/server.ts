/** The InfluxDB that the settings name. */
export interface InfluxServer {
  /** http or https, without a trailing slash. */
  url: string
  token: string | undefined
  /** InfluxDB 2 wants one; 1.8 and 3 do not look at it. */
  org: string | undefined
  /** A database in 1.8 (perhaps `database/policy`) and 3. */
  bucket: string
}

/** What went wrong between this program and the server; a value, because each is answered otherwise. */
export interface InfluxTrouble {
  /** `settings` goes away when somebody mends them, `busy` when the server says so, `away` by itself. */
  kind: 'settings' | 'busy' | 'away'
  /** What is wrong and what to do, for a person. */
  text: string
  /** How long the server asks to be left alone. */
  waitMs: number | null
}

const mostShown = 300

/** What the server said, in one line that a screen can show. */
export function inShort(said: string): string {
  const line = said.replaceAll(/\s+/g, ' ').trim()
  return line.length > mostShown ? `${line.slice(0, mostShown)}…` : line
}

/** {} for what is no JSON object. */
export function parsedObject(body: string): Record<string, unknown> {
  try {
    const found = JSON.parse(body) as unknown
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** 1.x says `error`, 2 `message`. */
export function wordsIn(body: string): string {
  const { error, message } = parsedObject(body)
  if (typeof message === 'string') return message
  return typeof error === 'string' ? error : body
}

interface Answered {
  status: number
  said: string
  retryAfter: string | undefined
  now: number
}

export function troubleOf(server: InfluxServer, answered: Answered): InfluxTrouble {
  const { status } = answered
  const said = inShort(answered.said)
  const at = `InfluxDB at ${server.url}`
  if (status === 401 || status === 403) {
    const text = `${at} does not let us in (${status}: ${said}). Set LIANXUN_INFLUX_TOKEN to a token that may read and write ${server.bucket}, and start the gateway again.`
    return { kind: 'settings', text, waitMs: null }
  }
  if (status === 404) {
    const text = `${at} has no ${server.bucket} (${status}: ${said}). Create it there, or mend LIANXUN_INFLUX_BUCKET, LIANXUN_INFLUX_ORG or LIANXUN_INFLUX_URL and start the gateway again.`
    return { kind: 'settings', text, waitMs: null }
  }
  if (status === 429 || status === 503) {
    const text = `${at} asks for time (${status}: ${said}). It is tried again by itself; if that goes on, look at the load there.`
    return { kind: 'busy', text, waitMs: retryAfterMs(answered) }
  }
  if (status >= 300 && status < 500 && status !== 408 && status !== 425) {
    const text = `${at} answers ${status}: ${said}. See that LIANXUN_INFLUX_URL is the address of InfluxDB itself.`
    return { kind: 'settings', text, waitMs: null }
  }
  const text = `${at} answers ${status}: ${said}. It is tried again by itself; look at that server if it goes on.`
  return { kind: 'away', text, waitMs: null }
}

export function unreachable(server: InfluxServer, error: unknown): InfluxTrouble {
  const text = `InfluxDB at ${server.url} cannot be reached (${reasonOf(error)}). It is tried again by itself; look at that server and at the network.`
  return { kind: 'away', text, waitMs: null }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time'
  // What fetch throws says nothing; what it was caused by does.
  const cause = (error.cause ?? error) as { code?: unknown; message?: unknown }
  return typeof cause.code === 'string' ? cause.code : inShort(String(cause.message))
}

/** Seconds or a date, as HTTP has it. */
function retryAfterMs({ retryAfter, now }: Answered): number | null {
  if (retryAfter === undefined) return null
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter) * 1000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
