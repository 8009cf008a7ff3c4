import type { PhoneState } from '../phone.ts'

/**
 * Registers the worker for the app and for the addresses that tags open. A new version is fetched
 * in the background and takes over while nobody looks; the page in hand goes on as it is, and the
 * next start is the new one.
 */

export interface OfflineWorker {
  state(): PhoneState['offline']
  onChange(act: () => void): void
  start(): Promise<void>
}

const script = '/patrol/worker.js'
const scopes = ['/patrol/', '/c/', '/tag']

const isActive = (registration: ServiceWorkerRegistration) => registration.active !== null

/** Until the first version of it has everything. */
function activated(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting
  if (isActive(registration) || !worker) return Promise.resolve()
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve()
    })
  })
}

export function createOfflineWorker(): OfflineWorker {
  let state: PhoneState['offline'] = window.isSecureContext ? 'preparing' : 'insecure'
  let changed: (() => void) | null = null
  let registrations: ServiceWorkerRegistration[] = []

  function takeOver(): void {
    if (document.visibilityState !== 'hidden') return
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    for (const { waiting } of registrations) waiting?.postMessage('takeOver')
  }

  /** With no signal it stays as it is. */
  function update(): void {
    if (document.visibilityState !== 'visible' || !navigator.onLine) return
    for (const registration of registrations) void registration.update().catch(() => undefined)
  }

  async function start(): Promise<void> {
    if (!window.isSecureContext || !('serviceWorker' in navigator)) return
    try {
      registrations = await Promise.all(
        scopes.map((scope) => navigator.serviceWorker.register(script, { scope })),
      )
    } catch {
      // No signal at the first start of all, or a browser that forbids it: the page works without.
      return
    }
    document.addEventListener('visibilitychange', () => {
      takeOver()
      update()
    })
    update()
    await Promise.all(registrations.map(activated))
    state = 'ready'
    changed?.()
  }

  return {
    state: () => state,
    onChange(act) {
      changed = act
    },
    start,
  }
}
