/**
 * Server-sent events out of text that arrives in any pieces (WHATWG HTML §9.2.6). Written out
 * because EventSource can neither show comment heartbeats nor resume after a refused connection.
 */

export interface SseEvent {
  type: string
  text: string
  /** The last id seen, also where this event carried none. */
  lastId: string
}

export interface SseParser {
  push: (chunk: string) => SseEvent[]
}

export function createSseParser(startId = ''): SseParser {
  let rest = ''
  let type = ''
  let lines: string[] = []
  let lastId = startId
  let afterReturn = false

  function field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') type = value
    else if (name === 'data') lines.push(value)
    else if (name === 'id' && !value.includes('\0')) lastId = value
  }

  function dispatch(): SseEvent | null {
    const event =
      lines.length > 0
        ? { type: type === '' ? 'message' : type, text: lines.join('\n'), lastId }
        : null
    type = ''
    lines = []
    return event
  }

  return {
    push(chunk) {
      // A CR at the end of one piece and an LF at the start of the next are one line end.
      const text = afterReturn && chunk.startsWith('\n') ? chunk.slice(1) : chunk
      if (chunk !== '') afterReturn = chunk.endsWith('\r')
      const parts = (rest + text).split(/\r\n|\r|\n/)
      rest = parts.pop() ?? ''
      const events: SseEvent[] = []
      for (const line of parts) {
        if (line !== '') {
          if (!line.startsWith(':')) field(line)
          continue
        }
        const event = dispatch()
        if (event) events.push(event)
      }
      return events
    },
  }
}
