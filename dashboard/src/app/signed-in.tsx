import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useLayoutEffect } from 'react'
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
  useDoor(session.data === null)

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
  return session.data ? <Outlet /> : <div className="app-skeleton" />
}

/** Leads out once, and remembers the way back as it was before the door. */
function useDoor(isOutside: boolean): void {
  const navigate = useNavigate()
  const router = useRouter()
  useEffect(() => {
    if (!isOutside || router.state.location.pathname === '/sign-in') return
    void navigate({
      to: '/sign-in',
      search: { next: router.state.location.href },
      replace: true,
    })
  }, [isOutside, navigate, router])
}
