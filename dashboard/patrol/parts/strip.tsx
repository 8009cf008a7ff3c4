import type { PhoneState } from '../phone.ts'
import { type Key, useWords } from '../words/words.ts'
import { Icon } from './icon.tsx'

type Told = Pick<PhoneState, 'isOnline' | 'sync' | 'offline' | 'isDiskFull' | 'queue'>

function stripKey({ isOnline, sync, offline, isDiskFull, queue }: Told): Key {
  if (isDiskFull) return 'strip.diskFull'
  if (offline === 'noStore') return 'strip.noStore'
  if (sync === 'signedOut') return 'strip.signedOut'
  if (!isOnline) return offline === 'insecure' ? 'strip.insecure' : 'strip.offline'
  if (sync === 'away') return 'strip.away'
  if (sync === 'sending') return 'strip.sending'
  return queue.length > 0 ? 'strip.waits' : 'strip.sent'
}

/** Calm: without a signal everything goes on as with one. */
export function Strip({ state }: { state: Told }) {
  const { t } = useWords()
  const key = stripKey(state)
  const isAway = key === 'strip.offline' || key === 'strip.away' || key === 'strip.insecure'
  return (
    <p className="strip" role="status">
      <Icon name={isAway ? 'away' : 'signal'} />
      <span>{t(key)}</span>
    </p>
  )
}
