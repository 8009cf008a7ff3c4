import { createActs } from './acts/acts.ts'
import { checkIn } from './acts/check-in.ts'
import { giveFix } from './acts/report.ts'
import { keepTag, refreshDay, useKeptTag, welcome } from './acts/session.ts'
import type { Core, Kept, Live, PhoneStore } from './core.ts'
import { nothingKept, readKept } from './kept.ts'
import type { Phone, PhoneState } from './phone.ts'
import { createFixWatch } from './place/fix.ts'
import { readTag } from './place/tag-text.ts'
import type { Surroundings } from './surroundings.ts'
import { createSync, type Sync } from './sync/sync.ts'
import { viewOf } from './view.ts'
import type { OfflineWorker } from './worker/offline.ts'

/** The phone without its screens: everything is stored before it is said to be done. */

const dayAgeMs = 5 * 60_000
const tickMs = 30_000

type Listeners = Set<() => void>

interface Engine {
  core: Core
  sync: Sync
}

const nobody: Live = {
  person: null,
  done: null,
  isTagKept: false,
  isTagWrong: false,
  wanted: null,
  isDiskFull: false,
  isSessionOver: false,
  chosenRound: null,
}

export function createEngine(around: Surroundings, worker: OfflineWorker): Phone {
  const listeners: Listeners = new Set()
  const ends: (() => void)[] = []
  let kept: Kept = nothingKept
  let live = nobody
  let engine: Engine | null = null
  let isOpening = true
  let isStoreless = false
  let clearSeal: (() => void) | null = null
  let clearTick: (() => void) | null = null
  const fixes = createFixWatch({
    geolocation: around.geolocation,
    now: () => around.clock.read().at,
    onChange: () => {
      if (engine) void giveFix(engine.core).catch(() => undefined)
      publish()
    },
  })
  let state = view()

  function view(): PhoneState {
    return viewOf({
      isOpening,
      offline: isStoreless ? 'noStore' : worker.state(),
      isOnline: around.isOnline(),
      kept,
      live,
      sync: engine?.sync.view() ?? { state: 'idle', nextTryAt: null },
      fixes,
      now: around.clock.read().at,
    })
  }

  function publish(): void {
    state = view()
    for (const listener of listeners) listener()
  }

  /** What is still open goes when its time has come. */
  function planSeal(core: Core): void {
    clearSeal?.()
    const next = Math.min(
      ...kept.items.filter((row) => row.state === 'open').map((row) => row.sealAt),
    )
    if (!Number.isFinite(next)) return
    clearSeal = around.setTimer(() => core.wake(), Math.max(0, next - around.clock.read().at) + 10)
  }

  async function reread(core: Core): Promise<void> {
    kept = await readKept(live.person?.username ?? null, core.store)
    planSeal(core)
    publish()
  }

  function createCore(store: PhoneStore, phone: string): Engine {
    const core: Core = {
      store,
      phone,
      fixes,
      gateway: around.gateway,
      clock: around.clock,
      origin: around.origin,
      newId: around.newId,
      shrink: around.shrink,
      kept: () => kept,
      live: () => live,
      change(changed) {
        live = { ...live, ...changed }
        publish()
      },
      async reload() {
        await reread(core)
        around.tellOtherTabs()
      },
      wake: () => sync.wake(),
    }
    const sync = createSync({
      person: () => live.person?.username ?? null,
      ...store,
      gateway: around.gateway,
      clock: around.clock,
      alone: around.alone,
      async prepare(person) {
        const isRoomy = await store.overflow.moveTo(store.queue)
        if (isRoomy && live.isDiskFull) core.change({ isDiskFull: false })
        await store.queue.seal(person, around.clock.read().at)
        await core.reload()
      },
      onChange: () => void core.reload().catch(() => undefined),
      onSent: () => void refreshDay(core),
      setTimer: around.setTimer,
      random: around.random,
    })
    return { core, sync }
  }

  /** Signed in: it is a check-in. Else it is kept, and is one after signing in. */
  async function useOpened(core: Core): Promise<void> {
    const address = around.opened()
    if (!readTag(address, around.origin)) {
      if (/^\/(c\/|tag$)/.test(new URL(address).pathname)) {
        live = { ...live, isTagWrong: true }
        around.forgetOpened()
      }
      return
    }
    try {
      const outcome = live.person ? await checkIn({ kind: 'text', text: address }, core) : null
      if (outcome === null) await keepTag(address, core)
      // Else a reload tries it once more.
      if (outcome?.kind === 'notOurs') core.change({ isTagWrong: true })
      if (outcome === null || /^(done|notOurs)$/.test(outcome.kind)) around.forgetOpened()
    } catch {
      // It stays in the address.
    }
  }

  async function open(): Promise<Engine | null> {
    try {
      const store = await around.openStore()
      const { people, queue } = store
      // Side by side: on an old phone each way to the disk and back is seen.
      const [phone, person, tag] = await Promise.all([
        people.phoneId(around.newId),
        people.last(),
        people.keptTag(),
      ])
      engine = createCore(store, phone)
      live = { ...live, person, isTagKept: tag !== null }
      if (person) {
        const [chosenRound, items] = await Promise.all([
          people.chosenRound(person.username),
          queue.items(person.username),
        ])
        live = { ...live, chosenRound }
        // What was open when the page ended gets nothing more.
        if (items.some(({ state }) => state === 'open'))
          await queue.seal(person.username, Number.MAX_SAFE_INTEGER)
      }
      await reread(engine.core)
      return engine
    } catch {
      isStoreless = true
      return null
    } finally {
      isOpening = false
    }
  }

  function turn({ core, sync }: Engine): void {
    if (around.isVisible()) {
      if (live.person) fixes.start()
      sync.wake()
      if (around.clock.read().at - (kept.day?.at ?? 0) > dayAgeMs) void refreshDay(core)
    } else {
      fixes.stop()
    }
    publish()
  }

  async function otherTab({ core }: Engine): Promise<void> {
    const person = await core.store.people.last()
    if (person?.username !== live.person?.username) live = { ...live, person, done: null }
    const chosenRound = person && (await core.store.people.chosenRound(person.username))
    live = { ...live, chosenRound }
    await reread(core)
  }

  function tick(running: Engine): void {
    clearTick = around.setTimer(() => {
      publish()
      const isOld = around.clock.read().at - (kept.day?.at ?? 0) > dayAgeMs
      if (isOld && around.isVisible()) void refreshDay(running.core)
      tick(running)
    }, tickMs)
  }

  async function start(): Promise<void> {
    const opened = await open()
    publish()
    if (!opened) return
    const { core, sync } = opened
    ends.push(
      around.onTurn(() => turn(opened)),
      around.onOtherTab(() => void otherTab(opened)),
    )
    await useOpened(core)
    if (live.person) fixes.start()
    tick(opened)
    if (live.person) await useKeptTag(core)
    else await welcome(core)
    around.askToKeep()
    sync.wake()
    await refreshDay(core)
  }

  async function signedIn<T>(outcome: Promise<T>): Promise<T> {
    const result = await outcome
    if (live.person && around.isVisible()) fixes.start()
    return result
  }

  worker.onChange(publish)
  const acts = () => (engine ? createActs(engine.core) : null)
  const unopened = { kind: 'failed', detail: null } as const

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    stop() {
      for (const end of ends.splice(0)) end()
      clearSeal?.()
      clearTick?.()
      fixes.stop()
      void engine?.sync.stop()
    },
    signIn: async (credentials) =>
      (await signedIn(acts()?.signIn(credentials) ?? Promise.resolve(unopened))) ?? unopened,
    signOut: async () => (await acts()?.signOut()) ?? { kind: 'away' },
    handOver: async () => acts()?.handOver(),
    signInAgain: async () => acts()?.signInAgain(),
    checkIn: async (scanned) => (await acts()?.checkIn(scanned)) ?? unopened,
    hold: async (id) => acts()?.hold(id),
    add: async (id, additions) => (await acts()?.add(id, additions)) ?? false,
    finish: async (id, additions) => (await acts()?.finish(id, additions)) ?? false,
    closeDone: () => acts()?.closeDone(),
    report: async (draft) => (await acts()?.report(draft)) ?? unopened,
    help: async (text) => (await acts()?.help(text)) ?? unopened,
    say: async (checkin, text) => (await acts()?.say(checkin, text)) ?? unopened,
    seen: async (id) => acts()?.seen(id),
    sendNow: () => acts()?.sendNow(),
    refreshDay: async () => acts()?.refreshDay(),
    chooseRound: (id) => acts()?.chooseRound(id),
  }
}
