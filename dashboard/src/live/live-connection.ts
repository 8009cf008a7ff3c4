import { createSseParser, type SseEvent } from './sse-parser.ts'

/**
 * One stream for the whole app. It resumes after the last id it saw, backs off with jitter, and
 * counts silence: after three missed heartbeats the figures on screen are called stale, and the
 * connection is made anew. What is shown is never taken away.
 */

/** The gateway writes a comment this often when it has nothing to say. */
const heartbeatMs = 5_000
const missedHeartbeats = 3
const firstDelayMs = 500
const longestDelayMs = 15_000

export interface LiveState {
  phase: 'connecting' | 'live' | 'stale'
  /** When anything was last heard; null before the first word. */
  lastHeardAt: number | null
}

export interface LiveSettings {
  url: string
  fetch: typeof fetch
  now: () => number
  random: () => number
  onEvent: (event: SseEvent) => void
  onState: (state: LiveState) => void
  onSignedOut: () => void
}

export interface LiveConnection {
  start: () => void
  stop: () => void
}

export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
  return ceiling / 2 + (ceiling / 2) * random
}

export function createLiveConnection(settings: LiveSettings): LiveConnection {
  let stopped = false
  let abort = new AbortController()
  let attempt = 0
  let lastId = ''
  let state: LiveState = { phase: 'connecting', lastHeardAt: null }
  let retry: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setInterval> | undefined

  function setState(next: LiveState): void {
    state = next
    settings.onState(next)
  }

  function heard(): void {
    attempt = 0
    setState({ phase: 'live', lastHeardAt: settings.now() })
  }

  async function read(response: Response): Promise<void> {
    if (!response.body) return
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const parser = createSseParser(lastId)
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      heard()
      for (const event of parser.push(value)) {
        lastId = event.lastId
        settings.onEvent(event)
      }
    }
  }

  async function connect(): Promise<void> {
    abort = new AbortController()
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (lastId !== '') headers['last-event-id'] = lastId
    try {
      const response = await settings.fetch(settings.url, {
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      })
      if (response.status === 401) {
        settings.onSignedOut()
        return
      }
      if (response.ok) await read(response)
    } catch {
      // Away or cut off: the next attempt below is the answer to both.
    }
    again()
  }

  function again(): void {
    if (stopped) return
    if (state.phase === 'live') setState({ ...state, phase: 'stale' })
    clearTimeout(retry)
    retry = setTimeout(() => void connect(), reconnectDelayMs(attempt, settings.random()))
    attempt += 1
  }

  function checkSilence(): void {
    const { phase, lastHeardAt } = state
    if (phase !== 'live' || lastHeardAt === null) return
    if (settings.now() - lastHeardAt < missedHeartbeats * heartbeatMs) return
    setState({ phase: 'stale', lastHeardAt })
    abort.abort()
  }

  return {
    start() {
      watch = setInterval(checkSilence, 1_000)
      void connect()
    },
    stop() {
      stopped = true
      clearTimeout(retry)
      clearInterval(watch)
      abort.abort()
    },
  }
}
