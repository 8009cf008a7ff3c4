import { gateway, type PhoneGateway } from './api/gateway.ts'
import type { PhoneStore } from './core.ts'
import { shrinkPhoto } from './photo.ts'
import { createOverflow } from './store/overflow.ts'
import { createPeople } from './store/people.ts'
import type { PhoneClock } from './store/phone-clock.ts'
import { createPhoneClock } from './store/phone-clock.ts'
import { createQueue, createUploadShelf } from './store/queue.ts'
import { openTables } from './store/tables.ts'

/** The browser as the engine meets it. */
export interface Surroundings {
  openStore: () => Promise<PhoneStore>
  gateway: PhoneGateway
  clock: PhoneClock
  geolocation: Geolocation | undefined
  /** Own address, `https://host`. */
  origin: string
  newId: () => string
  random: () => number
  shrink: (photo: Blob, text: string) => Promise<Uint8Array>
  /** Runs alone among all tabs. */
  alone: (act: () => Promise<void>) => Promise<void>
  setTimer: (act: () => void, ms: number) => () => void
  isOnline: () => boolean
  isVisible: () => boolean
  /** The network came or went, or the page was looked at again. */
  onTurn: (act: () => void) => () => void
  /** Another tab changed the store. */
  onOtherTab: (act: () => void) => () => void
  tellOtherTabs: () => void
  /** The address of a tag that this page was opened by; asked once. */
  opened: () => string
  /** A reload must not check in again. */
  forgetOpened: () => void
  /** The browser is asked to keep what waits, also when the disk gets full. */
  askToKeep: () => void
}

/** Also over plain http, where `randomUUID` is missing. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function openStore(): Promise<PhoneStore> {
  const database = await openTables()
  let shelf: Storage | null = null
  try {
    shelf = localStorage
  } catch {
    // Switched off by the browser's settings.
  }
  return {
    queue: createQueue(database),
    uploads: createUploadShelf(database),
    people: createPeople(database),
    overflow: createOverflow(shelf),
  }
}

function onTurn(act: () => void): () => void {
  const ends = [
    [window, 'online'],
    [window, 'offline'],
    [window, 'pageshow'],
    [document, 'visibilitychange'],
  ] as const
  for (const [target, name] of ends) target.addEventListener(name, act)
  return () => {
    for (const [target, name] of ends) target.removeEventListener(name, act)
  }
}

export function browserSurroundings(): Surroundings {
  const channel = new BroadcastChannel('lianxun-patrol')
  return {
    openStore,
    gateway,
    clock: createPhoneClock({ now: Date.now, monotonic: () => performance.now(), newId }),
    geolocation: navigator.geolocation,
    origin: location.origin,
    newId,
    random: Math.random,
    shrink: shrinkPhoto,
    // Over plain http there are no locks; what is sent twice counts once.
    alone: async (act) =>
      'locks' in navigator ? navigator.locks.request('lianxun-patrol-sync', act) : act(),
    setTimer(act, ms) {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
    isOnline: () => navigator.onLine,
    isVisible: () => document.visibilityState === 'visible',
    onTurn,
    onOtherTab(act) {
      channel.addEventListener('message', act)
      return () => channel.removeEventListener('message', act)
    },
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    tellOtherTabs: () => channel.postMessage('changed'),
    opened: () => location.href,
    forgetOpened: () => history.replaceState(null, '', '/patrol/'),
    askToKeep: () => void navigator.storage?.persist?.().catch(() => false),
  }
}
