import { once } from 'node:events'
import { request } from 'node:http'

/** One listener of the live stream over a real socket, as a browser's EventSource hears it. */

export interface LiveEvent {
  event: string
  id: string | undefined
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any
}

export interface Listener {
  status: number
  headers: Record<string, string | string[] | undefined>
  events: LiveEvent[]
  /** Heartbeats so far. */
  beats(): number
  /** Resolves with the first event, past or to come, that fits. */
  wait(fits: (event: LiveEvent) => boolean): Promise<LiveEvent>
  closed: Promise<void>
  stop(): void
}

function parse(block: string): LiveEvent | undefined {
  const lines = block.split('\n')
  const of = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
  const event = of('event')
  return event === undefined
    ? undefined
    : { event, id: of('id'), data: JSON.parse(of('data') ?? '') }
}

export interface ListenOptions {
  cookie?: string
  headers?: Record<string, string>
  query?: string
  lastEventId?: string | undefined
}

export async function listen(
  base: string,
  { cookie, headers: more, query = '', lastEventId }: ListenOptions,
): Promise<Listener> {
  const headers = {
    ...more,
    ...(cookie && { cookie }),
    ...(lastEventId && { 'last-event-id': lastEventId }),
  }
  const call = request(`${base}/api/v1/stream${query}`, { headers, agent: false })
  call.end()
  const [response] = await once(call, 'response')
  const events: LiveEvent[] = []
  const waiting: { fits: (event: LiveEvent) => boolean; resolve: (event: LiveEvent) => void }[] = []
  let beats = 0
  let rest = ''
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() as string
    for (const block of blocks) {
      if (block.startsWith(':')) beats += 1
      const event = parse(block)
      if (event === undefined) continue
      events.push(event)
      for (const one of waiting) if (one.fits(event)) one.resolve(event)
    }
  })
  call.on('error', () => {})
  response.on('error', () => {})
  return {
    status: response.statusCode,
    headers: response.headers,
    events,
    beats: () => beats,
    wait(fits) {
      const past = events.find(fits)
      if (past) return Promise.resolve(past)
      return new Promise((resolve) => waiting.push({ fits, resolve }))
    },
    closed: new Promise((resolve) => response.on('close', () => resolve())),
    stop: () => call.destroy(),
  }
}
