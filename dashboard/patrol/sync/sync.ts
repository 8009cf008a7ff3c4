import type { PhoneGateway } from '../api/gateway.ts'
import type { SyncState } from '../phone.ts'
import type { People } from '../store/people.ts'
import type { PhoneClock } from '../store/phone-clock.ts'
import type { Queue, UploadShelf } from '../store/queue.ts'
import { backoffMs } from './backoff.ts'
import { consequenceOf, RunEnded } from './failures.ts'
import { sendItems } from './send-items.ts'
import { sendUploads } from './send-uploads.ts'

/** Sends what waits: one tab at a time, tried for ever, and only in the name of its owner. */

export interface SyncView {
  state: SyncState
  nextTryAt: number | null
}

export interface Sync {
  view(): SyncView
  /** Something new waits, or the network came back: the wait is over. */
  wake(): void
  stop(): Promise<void>
}

export interface SyncSources {
  /** Whose queue goes; null: nobody's. */
  person: () => string | null
  queue: Queue
  uploads: UploadShelf
  people: People
  gateway: PhoneGateway
  clock: PhoneClock
  /** Runs alone among all tabs. */
  alone: (act: () => Promise<void>) => Promise<void>
  /** Before each run: what is due is closed, what was put aside comes back. */
  prepare: (person: string) => Promise<void>
  onChange: () => void
  /** The queue went through: day and answers may be new. */
  onSent: () => void
  setTimer: (act: () => void, ms: number) => () => void
  random: () => number
}

export function createSync(sources: SyncSources): Sync {
  const { person, queue, uploads, people, gateway, clock } = sources
  let view: SyncView = { state: 'idle', nextTryAt: null }
  let failures = 0
  let isWoken = false
  let running: Promise<void> | null = null
  let clearTimer: (() => void) | null = null
  let isStopped = false

  function show(state: SyncState, nextTryAt: number | null = null): void {
    view = { state, nextTryAt }
    sources.onChange()
  }

  async function isAnythingReady(username: string): Promise<boolean> {
    const items = await queue.items(username)
    if (items.some(({ state }) => state === 'waiting')) return true
    return (await uploads.list(username)).some(({ state }) => state === 'waiting')
  }

  /** Nobody's things go in the name of whoever signed in meanwhile. */
  function ownGateway(username: string): PhoneGateway {
    return new Proxy(gateway, {
      get(target, name: keyof PhoneGateway) {
        if (isStopped || person() !== username) throw new RunEnded('signIn')
        return target[name]
      },
    })
  }

  /** In a browser that the desk uses too, somebody else may have signed in meanwhile. */
  async function checkSession(username: string): Promise<void> {
    const { person: signedIn } = await gateway.session()
    if (signedIn.username !== username) throw new RunEnded('signIn')
  }

  async function send(username: string): Promise<void> {
    const { onChange } = sources
    await sources.prepare(username)
    if (!(await isAnythingReady(username))) return show('idle')
    show('sending')
    await checkSession(username)
    const gateway = ownGateway(username)
    do {
      isWoken = false
      await sendItems(username, { queue, people, gateway, clock, onChange })
      await sendUploads(username, {
        queue,
        uploads,
        gateway,
        onChange,
        isUrgent: () => isWoken || isStopped || person() !== username,
      })
      await sources.prepare(username)
    } while (isWoken)
    show('idle')
    sources.onSent()
  }

  function fail(error: unknown): void {
    const ended =
      error instanceof RunEnded
        ? error
        : new RunEnded(consequenceOf(error) === 'signIn' ? 'signIn' : 'later')
    if (ended.consequence === 'signIn')
      return show(isStopped || person() === null ? 'idle' : 'signedOut')
    const toldMs = (ended.retryAfterS ?? 0) * 1000
    failures = ended.isPutOff ? 0 : failures + 1
    const waitMs = ended.isPutOff ? toldMs : Math.max(backoffMs(failures, sources.random), toldMs)
    show(ended.isPutOff ? 'idle' : 'away', clock.read().at + waitMs)
    clearTimer = sources.setTimer(begin, waitMs)
  }

  async function run(): Promise<void> {
    const username = person()
    if (username === null) return
    try {
      await sources.alone(() => send(username))
      failures = 0
    } catch (error) {
      fail(error)
    }
  }

  function begin(): void {
    clearTimer?.()
    clearTimer = null
    isWoken = false
    running = run().finally(() => {
      running = null
      if (isWoken && !isStopped && clearTimer === null) begin()
    })
  }

  return {
    view: () => view,
    wake() {
      if (isStopped) return
      isWoken = true
      failures = 0
      if (!running) begin()
    },
    async stop() {
      isStopped = true
      clearTimer?.()
      clearTimer = null
      await running
    },
  }
}
