import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { useLayoutEffect, useState } from 'react'
import { ApiError, call } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { setupQuery } from '../api/trust-queries.ts'
import type { SetupBody, SetupState } from '../api/types.ts'
import { useWords } from '../i18n/language.ts'
import { failureWords } from '../parts/failure-words.ts'
import { EntryFrame } from '../sign-in/entry-frame.tsx'
import { enterFamily } from '../theme/theme-choice.ts'
import { type Administrator, AdministratorStep } from './administrator-step.tsx'
import { StartCodeStep } from './start-code-step.tsx'
import { StepList } from './step-list.tsx'
import { TownStep } from './town-step.tsx'
import './setup.css'

/** The first start. Until it is done every page leads here; afterwards it leads to the sign-in page. */
export function SetupPage() {
  const { t } = useWords()
  const setup = useQuery(setupQuery)
  useLayoutEffect(() => enterFamily('office'), [])
  // Without an answer the sign-in page says better what is the matter; who is in goes on from there.
  if (setup.isError || setup.data?.needed === false) return <Navigate to="/sign-in" replace />
  if (!setup.data) return <div className="app-skeleton" aria-busy="true" />
  return (
    <EntryFrame isWide>
      <h2 className="setup-title">
        {t('setup.title')}
        <small>{t('setup.what')}</small>
      </h2>
      <Wizard state={setup.data} />
    </EntryFrame>
  )
}

type Step = 'code' | 'administrator' | 'town'

export interface Answers {
  code: string
  administrator: Administrator | null
  town: SetupBody['town']
}

function Wizard({ state }: { state: SetupState }) {
  const { t } = useWords()
  const [step, setStep] = useState<Step>('code')
  const [answers, setAnswers] = useState<Answers>({
    code: '',
    administrator: null,
    town: undefined,
  })
  const finish = useFinish(() => setStep('code'))
  const isCodeWrong = finish.isError && isAboutCode(finish.error)
  const keep = (change: Partial<Answers>) => setAnswers((known) => ({ ...known, ...change }))
  return (
    <>
      <StepList steps={['code', 'administrator', 'town']} now={step} />
      {step === 'code' && (
        <StartCodeStep
          first={answers.code}
          failure={isCodeWrong ? t('setup.codeWrong') : null}
          onChange={() => finish.isError && finish.reset()}
          onNext={(code) => {
            keep({ code })
            setStep('administrator')
          }}
        />
      )}
      {step === 'administrator' && (
        <AdministratorStep
          first={answers.administrator}
          onBack={() => setStep('code')}
          onNext={(administrator) => {
            keep({ administrator })
            setStep('town')
          }}
        />
      )}
      {step === 'town' && answers.administrator && (
        <TownStep
          present={state.town}
          isBusy={finish.isPending}
          failure={finish.isError && !isCodeWrong ? setupFailure(finish.error) : null}
          onBack={() => setStep('administrator')}
          onFinish={(town) => {
            if (!answers.administrator) return
            const { again: _, ...administrator } = answers.administrator
            finish.mutate({ code: answers.code, administrator, ...(town && { town }) })
          }}
        />
      )}
    </>
  )

  function setupFailure(error: unknown) {
    return {
      words: failureWords(error, t, { invalid: 'setup.refused', conflict: 'setup.done' }),
      // The gateway's sentence names the place; it speaks English only.
      detail: error instanceof ApiError ? (error.problem?.detail ?? null) : null,
    }
  }
}

function isAboutCode(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'wrongCode'
}

function useFinish(onCodeWrong: () => void) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    // Hashing a password and reading a town take a slow machine a moment.
    mutationFn: (body: SetupBody) => call('/setup', { method: 'POST', body, timeoutMs: 60_000 }),
    onSuccess: async (_answer, { administrator: { username, password } }) => {
      // Should the signing in fail, the sign-in page is where to go on.
      await call('/session', { method: 'POST', body: { username, password } }).catch(
        () => undefined,
      )
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined)
      client.setQueryData<SetupState>(['setup'], (state) => state && { ...state, needed: false })
      await navigate({ to: '/', replace: true })
    },
    onError: (error) => {
      if (isAboutCode(error)) onCodeWrong()
    },
  })
}
