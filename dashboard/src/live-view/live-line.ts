import type {
  LiveEnding,
  LiveFormat,
  LiveMessage,
  LiveTrouble,
} from '../../../gateway/domain/live-picture.ts'

/**
 * The line to one camera's live picture: opens it, hands the picture to a screen, falls back to
 * what this browser can show, and opens it again whenever it ends. Time and sockets are handed in.
 */

/** What shows a picture; `begin` starts anew. */
export interface Screen {
  begin(codec: string | null): void
  push(bytes: ArrayBuffer): void
  close(): void
}

export interface ScreenEvents {
  /** A picture of this width to height is on the screen; called for the first, and now and then. */
  shown: (ratio: number) => void
  /** It cannot show what it was given. */
  failed: () => void
}

export interface SocketEvents {
  heard: (message: string | ArrayBuffer) => void
  closed: () => void
}

/** After `close` nothing is heard of it, or it does not matter. */
interface LineSocket {
  close(): void
}

export interface LineState {
  /** `waiting`: no picture yet; `lost`: there was one, or the camera gives none; `refused`: not now. */
  phase: 'waiting' | 'live' | 'lost' | 'refused'
  /** When the last picture came, as far as known. */
  since: number | null
  trouble: LiveTrouble | null
  why: LiveEnding | null
  /** Whether there is a picture on the screen, be it an old one. */
  hasPicture: boolean
  /** Its width to height; null: not known yet. */
  ratio: number | null
}

export const noState: LineState = {
  phase: 'waiting',
  since: null,
  trouble: null,
  why: null,
  hasPicture: false,
  ratio: null,
}

export interface LineSettings {
  open: (format: LiveFormat, events: SocketEvents) => LineSocket
  screen: (format: LiveFormat, events: ScreenEvents) => Screen
  canPlay: (codec: string) => boolean
  /** False: this browser has no MSE at all. */
  hasMse: boolean
  now: () => number
  random: () => number
  onState: (state: LineState) => void
}

export interface LiveLine {
  start(): void
  stop(): void
}

const firstDelayMs = 300
const longestDelayMs = 15_000
/** There were too many: others may have gone by then. */
const refusedDelayMs = 20_000
/** Nothing was heard: the line is cut without a word. */
const silentMs = 10_000
/** A gateway that has told of a lost camera may be silent for longer. */
const silentWhileLostMs = 60_000
/** So often the picture breaks before this browser is given another kind. */
const failuresBeforeOther = 2

export function createLiveLine(settings: LineSettings): LiveLine {
  let format: LiveFormat = settings.hasMse ? 'mp4' : 'mpeg1'
  let socket: LineSocket | undefined
  let screen: Screen | undefined
  let state = noState
  let lastShownAt: number | null = null
  let lastHeardAt = 0
  let failures = 0
  let attempt = 0
  let ending: LiveEnding | undefined
  let stopped = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setInterval> | undefined

  function setState(next: Partial<LineState> & Pick<LineState, 'phase'>): void {
    const full = { ...noState, hasPicture: state.hasPicture, ratio: state.ratio, ...next }
    const keys = Object.keys(full) as (keyof LineState)[]
    if (keys.every((key) => full[key] === state[key])) return
    state = full
    settings.onState(full)
  }

  function lose(since: number | null, trouble: LiveTrouble | null): void {
    setState({ phase: since === null ? 'waiting' : 'lost', since, trouble })
  }

  function shown(ratio: number): void {
    attempt = 0
    lastShownAt = settings.now()
    setState({ phase: 'live', hasPicture: true, ratio })
  }

  function closeScreen(): void {
    screen?.close()
    screen = undefined
  }

  function useOther(): void {
    format = 'mpeg1'
    failures = 0
    reopen(0)
  }

  function failed(): void {
    failures += 1
    if (format === 'mp4' && failures >= failuresBeforeOther) useOther()
    else reopen()
  }

  function hello({ codec }: LiveMessage & { kind: 'hello' }): void {
    if (format === 'mp4' && (codec === null || !settings.canPlay(codec))) return useOther()
    closeScreen()
    let mine: Screen | undefined
    // What an earlier screen still says is no news.
    const isMine = () => mine !== undefined && mine === screen
    mine = settings.screen(format, {
      shown(ratio) {
        if (isMine()) shown(ratio)
      },
      failed() {
        if (isMine()) failed()
      },
    })
    screen = mine
    screen.begin(codec)
  }

  function hear(message: LiveMessage): void {
    switch (message.kind) {
      case 'hello':
        return hello(message)
      case 'lost':
        return lose(message.since, message.trouble)
      case 'end':
        ending = message.why
    }
  }

  function delayMs(): number {
    if (ending?.startsWith('tooMany')) return refusedDelayMs
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
    attempt += 1
    return ceiling / 2 + (ceiling / 2) * settings.random()
  }

  function ended(): void {
    const why = ending
    if (why === 'needsMpeg1') return useOther()
    if (why?.startsWith('tooMany')) {
      setState({ phase: 'refused', since: lastShownAt, why })
    } else if (state.phase !== 'lost') {
      lose(lastShownAt, null)
    }
    reopen()
  }

  function reopen(ms = delayMs()): void {
    drop()
    if (stopped) return
    clearTimeout(retry)
    retry = setTimeout(open, ms)
  }

  function drop(): void {
    const dropped = socket
    socket = undefined
    dropped?.close()
    // Its last picture stays, greyed by whoever shows it, until another begins.
  }

  function open(): void {
    ending = undefined
    lastHeardAt = settings.now()
    const opening = settings.open(format, {
      heard(message) {
        if (socket !== opening) return
        lastHeardAt = settings.now()
        if (typeof message === 'string') hear(JSON.parse(message) as LiveMessage)
        else screen?.push(message)
      },
      closed() {
        if (socket === opening) ended()
      },
    })
    socket = opening
  }

  function checkSilence(): void {
    const limit = state.phase === 'lost' && state.trouble !== null ? silentWhileLostMs : silentMs
    if (!socket || settings.now() - lastHeardAt < limit) return
    lose(lastShownAt, null)
    reopen()
  }

  return {
    start() {
      settings.onState(state)
      watch = setInterval(checkSilence, 1_000)
      open()
    },
    stop() {
      stopped = true
      clearTimeout(retry)
      clearInterval(watch)
      drop()
      closeScreen()
    },
  }
}
