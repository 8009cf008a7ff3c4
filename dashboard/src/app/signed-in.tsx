import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useLayoutEffect } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { setupQuery } from '../api/trust-queries.ts'
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

/**
 * Leads out once, and remembers the way back as it was before the door. While nobody can sign in
 * yet every page leads to the first start.
 */
function useDoor(isOutside: boolean): void {
  const navigate = useNavigate()
  const router = useRouter()
  const setup = useQuery({ ...setupQuery, enabled: isOutside })
  const isKnown = !setup.isPending
  const isFirstStart = setup.data?.needed === true
  useEffect(() => {
    if (!isOutside || !isKnown || router.state.location.pathname === '/sign-in') return
    if (isFirstStart) {
      void navigate({ to: '/setup', replace: true })
      return
    }
    void navigate({
      to: '/sign-in',
      search: { next: router.state.location.href },
      replace: true,
    })
  }, [isOutside, isKnown, isFirstStart, navigate, router])
}
