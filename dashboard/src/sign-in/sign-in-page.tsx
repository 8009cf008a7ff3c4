import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useState } from 'react'
import { call } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { setupQuery } from '../api/trust-queries.ts'
import type { Session } from '../api/types.ts'
import { useWords } from '../i18n/language.ts'
import { enterFamily } from '../theme/theme-choice.ts'
import { CodeStep } from './code-step.tsx'
import { EntryFrame } from './entry-frame.tsx'
import { type Entry, PasswordStep } from './password-step.tsx'
import { codeFailure, signInFailure, wantsCode } from './sign-in-failure.ts'

export function SignInPage() {
  const { t } = useWords()
  const { next } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const session = useQuery({ ...sessionQuery, retry: false })
  const setup = useQuery(setupQuery)
  useLayoutEffect(() => enterFamily('office'), [])
  const isIn = Boolean(session.data)
  useEffect(() => {
    if (isIn) void navigate({ href: next ?? '/', replace: true })
  }, [isIn, next, navigate])
  if (setup.data?.needed && !isIn) return <Navigate to="/setup" replace />
  return (
    <EntryFrame>
      <SignInSteps />
      <p className="sign-in-help">{t('signIn.help')}</p>
    </EntryFrame>
  )
}

/** User name and password, then the six digits where the account has them. */
function SignInSteps() {
  const { t } = useWords()
  const client = useQueryClient()
  const [first, setFirst] = useState<Entry | null>(null)
  const [isAsked, setAsked] = useState(false)
  const signIn = useMutation({
    mutationFn: (body: Entry & { code?: string }) =>
      call<Session>('/session', { method: 'POST', body }),
    onError: (error, { username, password, code }) => {
      if (code !== undefined || !wantsCode(error)) return
      setFirst({ username, password })
      setAsked(true)
    },
    onSuccess: () => {
      // What another person saw at this screen before is not this one's.
      client.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'session' })
      return client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    },
  })
  // Being asked for the digits is no failure.
  const isRefused =
    signIn.isError && (signIn.variables.code !== undefined || !wantsCode(signIn.error))
  const clear = () => {
    if (signIn.isError) signIn.reset()
  }
  if (isAsked && first) {
    return (
      <CodeStep
        name={first.username}
        failure={isRefused ? codeFailure(signIn.error, t) : null}
        isBusy={signIn.isPending}
        onEnter={(code) => signIn.mutate({ ...first, code })}
        onChange={clear}
        onBack={() => {
          setAsked(false)
          signIn.reset()
        }}
      />
    )
  }
  return (
    <PasswordStep
      first={first?.username ?? ''}
      failure={isRefused ? signInFailure(signIn.error, t) : null}
      isBusy={signIn.isPending}
      onEnter={(entry) => signIn.mutate(entry)}
      onChange={clear}
    />
  )
}
