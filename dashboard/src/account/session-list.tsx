import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { call } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { agentWords } from './agent-words.ts'

type OpenSession = Account['sessions'][number]

export function SessionList({ account }: { account: Account }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? call('/account/sessions/end-others', { method: 'POST', body: {} })
        : call(`/account/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['account'] }),
  })
  const sessions = [...account.sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt,
  )
  const hasOthers = sessions.some((session) => !session.current)
  return (
    <section className="panel account-panel" data-part="sessions">
      <h2 className="panel-title">{t('account.sessions')}</h2>
      <ul className="session-list">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            isBusy={end.isPending}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      {end.isError && (
        <p className="said" role="alert">
          {failureWords(end.error, t)}
        </p>
      )}
      {hasOthers ? (
        <div>
          <Button loading={end.isPending} onClick={() => end.mutate(null)}>
            {t('account.sessionEndOthers')}
          </Button>
        </div>
      ) : (
        <p className="second">{t('account.sessionOnly')}</p>
      )}
    </section>
  )
}

interface SessionRowProps {
  session: OpenSession
  isBusy: boolean
  onEnd: () => void
}

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  const { words, zone } = useTown()
  const { t, durations } = words
  const now = useNow()
  return (
    <li>
      <div>
        <b>{agentWords(session.agent, t)}</b>
        {session.current && <span className="mark-chip is-on">{t('account.sessionHere')}</span>}
        <span className="second">
          {session.address ?? t('account.sessionNoAddress')}
          {' · '}
          {t('account.sessionFrom', { time: shortTime(session.createdAt, now, zone) })}
          {' · '}
          {t('account.sessionSeen', { age: formatRough(now - session.lastSeenAt, durations) })}
        </span>
      </div>
      {!session.current && (
        <Button size="small" disabled={isBusy} onClick={onEnd}>
          {t('account.sessionEnd')}
        </Button>
      )}
    </li>
  )
}
