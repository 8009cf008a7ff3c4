import type { PhoneState } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords } from '../words/words.ts'
import { Icon } from './icon.tsx'

type Told = Pick<
  PhoneState,
  'isOnline' | 'sync' | 'offline' | 'isDiskFull' | 'isTagWrong' | 'queue' | 'refused'
>

function stripKey(told: Told): Key {
  const { isOnline, sync, offline, queue } = told
  if (told.isDiskFull) return 'strip.diskFull'
  if (offline === 'noStore') return 'strip.noStore'
  if (told.isTagWrong) return 'strip.tagWrong'
  if (sync === 'signedOut') return 'strip.signedOut'
  if (!isOnline) return offline === 'insecure' ? 'strip.insecure' : 'strip.offline'
  if (sync === 'away') return 'strip.away'
  if (sync === 'sending') return 'strip.sending'
  if (queue.length > 0) return 'strip.waits'
  return told.refused.length > 0 ? 'strip.refused' : 'strip.sent'
}

/** Calm: without a signal everything goes on as with one. */
export function Strip({ state }: { state: Told }) {
  const { t } = useWords()
  const { acts } = usePhone()
  const key = stripKey(state)
  const isAway = key === 'strip.offline' || key === 'strip.away' || key === 'strip.insecure'
  if (key === 'strip.signedOut') {
    return (
      <button type="button" className="strip strip-act" onClick={() => void acts.signInAgain()}>
        <Icon name="person" />
        <span>{t(key)}</span>
        <Icon name="next" />
      </button>
    )
  }
  return (
    <p className="strip" role="status">
      <Icon name={isAway ? 'away' : 'signal'} />
      <span>{t(key, { n: state.refused.length })}</span>
    </p>
  )
}
