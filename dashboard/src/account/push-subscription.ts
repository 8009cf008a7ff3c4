import { call } from '../api/client.ts'
import { spokenLanguage } from '../i18n/language.ts'
import { tellWorkerLanguage } from './push-language.ts'

/** This browser as one that is told: allowed by the person, known to the push service and the gateway. */

export type PushStanding = 'insecure' | 'unsupported' | 'denied' | 'off' | 'on'

const workerPath = '/push-worker.js'

interface Browser {
  isSecureContext: boolean
  hasPush: boolean
  permission: NotificationPermission | null
}

/** What can be said before the service worker is asked. */
export function standingOf({ isSecureContext, hasPush, permission }: Browser): PushStanding {
  if (!isSecureContext) return 'insecure'
  if (!hasPush || permission === null) return 'unsupported'
  return permission === 'denied' ? 'denied' : 'off'
}

export async function pushStanding(): Promise<PushStanding> {
  const standing = standingOf({
    isSecureContext: window.isSecureContext,
    hasPush: 'serviceWorker' in navigator && 'PushManager' in window,
    permission: 'Notification' in window ? Notification.permission : null,
  })
  if (standing !== 'off') return standing
  const registration = await navigator.serviceWorker.getRegistration(workerPath)
  return (await registration?.pushManager.getSubscription()) ? 'on' : 'off'
}

export async function allowPush(): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') return
  await tellWorkerLanguage(spokenLanguage())
  const { publicKey } = await call<{ publicKey: string }>('/push/key')
  await navigator.serviceWorker.register(workerPath)
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  const { endpoint, keys } = subscription.toJSON()
  try {
    await call('/push/subscription', { method: 'POST', body: { endpoint, keys } })
  } catch (error) {
    // A browser that the gateway does not know must not look as if it were told.
    await subscription.unsubscribe()
    throw error
  }
}

export async function stopPush(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(workerPath)
  const subscription = await registration?.pushManager.getSubscription()
  if (!subscription) return
  const { endpoint } = subscription
  await call('/push/subscription', { method: 'DELETE', body: { endpoint } })
  await subscription.unsubscribe()
}
