import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createLiveLine,
  type LineSettings,
  type LineState,
  type ScreenEvents,
  type SocketEvents,
} from '../../../dashboard/src/live-view/live-line.ts'
import type { LiveFormat, LiveMessage } from '../../../gateway/domain/live-picture.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

interface FakeSocket extends SocketEvents {
  format: LiveFormat
  isOpen: boolean
  tell(message: LiveMessage): void
}

interface FakeScreen extends ScreenEvents {
  codec: string | null
  pieces: number
  isOpen: boolean
}

function stage(options: Partial<Pick<LineSettings, 'hasMse' | 'canPlay'>> = {}) {
  const sockets: FakeSocket[] = []
  const screens: FakeScreen[] = []
  const states: LineState[] = []
  const line = createLiveLine({
    hasMse: true,
    canPlay: (codec) => codec.startsWith('avc1'),
    ...options,
    open(format, events) {
      const socket: FakeSocket = {
        ...events,
        format,
        isOpen: true,
        tell: (message) => events.heard(JSON.stringify(message)),
      }
      sockets.push(socket)
      return {
        close() {
          socket.isOpen = false
          events.closed()
        },
      }
    },
    screen(_format, events) {
      const screen: FakeScreen = { ...events, codec: null, pieces: 0, isOpen: true }
      screens.push(screen)
      return {
        begin(codec) {
          screen.codec = codec
        },
        push() {
          screen.pieces += 1
        },
        close() {
          screen.isOpen = false
        },
      }
    },
    now: Date.now,
    random: () => 1,
    onState: (state) => void states.push(state),
  })
  const last = <T>(list: readonly T[]) => list.at(-1) as T
  return {
    line,
    sockets,
    screens,
    states,
    socket: () => last(sockets),
    screen: () => last(screens),
    phases: () => states.map(({ phase }) => phase),
    state: () => last(states),
    piece: () => last(sockets).heard(new ArrayBuffer(4)),
  }
}

const hello = { kind: 'hello', format: 'mp4', codec: 'avc1.64001F' } as const
const hello1 = { kind: 'hello', format: 'mpeg1', codec: null } as const

function showing() {
  const scene = stage()
  scene.line.start()
  scene.socket().tell(hello)
  scene.piece()
  scene.screen().shown(1.5)
  return scene
}

/** Until it is opened again; the time that takes. */
function breakLine(scene: ReturnType<typeof stage>): number {
  const count = scene.sockets.length
  scene.socket().closed()
  const from = Date.now()
  while (scene.sockets.length === count) vi.advanceTimersByTime(100)
  return Date.now() - from
}

describe('a picture', () => {
  test('is waited for, then live', () => {
    const scene = showing()
    expect(scene.phases()).toEqual(['waiting', 'live'])
    expect(scene.states.map(({ hasPicture }) => hasPicture)).toEqual([false, true])
    expect(scene.screen()).toMatchObject({ codec: 'avc1.64001F', pieces: 1 })
    scene.screen().shown(1.5)
    expect(scene.states).toHaveLength(2)
  })

  test('that begins anew gets a screen of its own', () => {
    const scene = showing()
    scene.socket().tell(hello)
    expect(scene.screens.map(({ isOpen }) => isOpen)).toEqual([false, true])
    scene.piece()
    expect(scene.screens.map(({ pieces }) => pieces)).toEqual([1, 1])
    // The old one has nothing to say any more.
    scene.screens[0]?.failed()
    expect(scene.sockets).toHaveLength(1)
  })

  test('ends when it is not wanted any more', () => {
    const scene = showing()
    scene.line.stop()
    expect([scene.socket().isOpen, scene.screen().isOpen]).toEqual([false, false])
    vi.advanceTimersByTime(600_000)
    expect(scene.sockets).toHaveLength(1)
  })
})

describe('a camera that is lost', () => {
  test('is lost since its last picture, keeps it, and is live again by itself', () => {
    const scene = showing()
    scene.socket().tell({ kind: 'lost', since: 900_000, trouble: 'unreachable' })
    expect(scene.state()).toEqual({
      phase: 'lost',
      since: 900_000,
      trouble: 'unreachable',
      why: null,
      hasPicture: true,
      ratio: 1.5,
    })
    expect(scene.screen().isOpen).toBe(true)
    vi.advanceTimersByTime(50_000)
    expect(scene.sockets).toHaveLength(1)
    scene.socket().tell(hello)
    scene.screen().shown(1.5)
    expect(scene.phases()).toEqual(['waiting', 'live', 'lost', 'live'])
  })
})

describe('a line that breaks', () => {
  test('is opened again after growing pauses, at most 15 s', () => {
    const scene = showing()
    const pauses: number[] = []
    for (let time = 0; time < 8; time++) pauses.push(breakLine(scene))
    expect(pauses).toEqual([300, 600, 1200, 2400, 4800, 9600, 15_000, 15_000])
    expect(scene.state()).toMatchObject({ phase: 'lost', since: 1_000_000, trouble: null })
  })

  test('begins with short pauses again once there was a picture', () => {
    const scene = showing()
    for (let time = 0; time < 3; time++) breakLine(scene)
    scene.socket().tell(hello)
    scene.screen().shown(1.5)
    expect(breakLine(scene)).toBe(300)
  })

  test('without a word is noticed: soon while live, later while the camera is lost', () => {
    const scene = showing()
    vi.advanceTimersByTime(9_000)
    expect(scene.socket().isOpen).toBe(true)
    vi.advanceTimersByTime(1_000)
    expect(scene.sockets[0]?.isOpen).toBe(false)
    expect(scene.state().phase).toBe('lost')
    vi.advanceTimersByTime(300)
    scene.socket().tell({ kind: 'lost', since: 1, trouble: 'timeout' })
    vi.advanceTimersByTime(59_000)
    expect(scene.sockets).toHaveLength(2)
    vi.advanceTimersByTime(2_000)
    expect(scene.sockets[1]?.isOpen).toBe(false)
  })

  test('says nothing after another was opened', () => {
    const scene = showing()
    const old = scene.socket()
    old.closed()
    vi.advanceTimersByTime(300)
    old.tell(hello)
    old.closed()
    expect(scene.screens).toHaveLength(1)
    expect(scene.sockets).toHaveLength(2)
  })
})

describe('what this browser cannot show', () => {
  test('is asked for as MPEG-1 from the start without MSE', () => {
    const scene = stage({ hasMse: false })
    scene.line.start()
    expect(scene.socket().format).toBe('mpeg1')
    scene.socket().tell(hello1)
    expect(scene.screen().codec).toBeNull()
  })

  test.each([
    ['its codec', { ...hello, codec: 'hvc1.1' }],
    ['what the gateway cannot copy', { kind: 'end', why: 'needsMpeg1' } as const],
  ])('is asked for as MPEG-1 at once: %s', (_what, message) => {
    const scene = stage()
    scene.line.start()
    scene.socket().tell(message)
    if (message.kind === 'end') scene.socket().closed()
    vi.advanceTimersByTime(0)
    expect(scene.sockets.map(({ format }) => format)).toEqual(['mp4', 'mpeg1'])
    expect(scene.screens).toEqual([])
  })

  test('is asked for as MPEG-1 when it broke twice', () => {
    const scene = showing()
    scene.screen().failed()
    vi.advanceTimersByTime(1_000)
    expect(scene.socket().format).toBe('mp4')
    scene.socket().tell(hello)
    scene.screen().failed()
    vi.advanceTimersByTime(0)
    expect(scene.socket().format).toBe('mpeg1')
  })
})

describe('who is sent away', () => {
  test.each(['tooManyHere', 'tooManyOfYours', 'tooManyStreams'] as const)(
    '%s is told, and tried again after a while',
    (why) => {
      const scene = stage()
      scene.line.start()
      scene.socket().tell({ kind: 'end', why })
      scene.socket().closed()
      expect(scene.state()).toMatchObject({ phase: 'refused', why })
      vi.advanceTimersByTime(19_000)
      expect(scene.sockets).toHaveLength(1)
      vi.advanceTimersByTime(1_000)
      expect(scene.sockets).toHaveLength(2)
    },
  )

  test.each(['tooSlow', 'stopping', 'signedOut'] as const)('%s comes back soon', (why) => {
    const scene = showing()
    scene.socket().tell({ kind: 'end', why })
    scene.socket().closed()
    expect(scene.state().phase).toBe('lost')
    vi.advanceTimersByTime(300)
    expect(scene.sockets).toHaveLength(2)
  })
})
