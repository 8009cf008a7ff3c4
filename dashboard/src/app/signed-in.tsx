import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { Button } from 'antd'
import { useLayoutEffect } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { useWords } from '../i18n/language.ts'
import { useLive } from '../live/use-live.ts'
import { enterFamily, familyOf } from '../theme/theme-choice.ts'
import { setServerNow } from './now.ts'

/** Everything behind the door: asks who is there, opens the live stream, and leads to the sign-in page. */
export function SignedIn() {
  const { t } = useWords()
  const location = useLocation()
  const session = useQuery(sessionQuery)
  const family = familyOf(location.pathname)
  useLayoutEffect(() => enterFamily(family), [family])
  useLayoutEffect(() => {
    if (session.data) setServerNow(session.data.now)
  }, [session.data])
  useLive(Boolean(session.data))

  if (session.isPending) return <div className="app-skeleton" aria-busy="true" />
  if (session.isError) {
    return (
      <div className="notice" role="alert">
        <strong>{t('failure.away')}</strong>
        <span>{t('failure.awayTry')}</span>
        <Button onClick={() => void session.refetch()}>{t('failure.again')}</Button>
      </div>
    )
  }
  if (!session.data) return <Navigate to="/sign-in" search={{ next: location.href }} replace />
  return <Outlet />
}
