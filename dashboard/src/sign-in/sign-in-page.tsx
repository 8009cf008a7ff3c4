import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Form, Input } from 'antd'
import { useEffect, useLayoutEffect } from 'react'
import { ApiError, call } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import type { Session } from '../api/types.ts'
import { LanguageSwitch } from '../app/account.tsx'
import { useWords } from '../i18n/language.ts'
import type { Translate } from '../i18n/translate.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { enterFamily } from '../theme/theme-choice.ts'
import './sign-in.css'

interface Entry {
  username: string
  password: string
}

export function signInFailure(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return t('signIn.failed')
  switch (error.kind) {
    case 'signedOut':
    case 'invalid':
    case 'notFound':
    case 'conflict':
      return t('signIn.wrong')
    case 'tooMany':
      return error.retryAfterS === null
        ? t('signIn.tooMany')
        : t('signIn.tooManyFor', { n: Math.max(1, Math.ceil(error.retryAfterS / 60)) })
    case 'away':
      return t('signIn.away')
    case 'forbidden':
      return t('signIn.forbidden')
    case 'server':
      return t('signIn.failed')
  }
}

function Eye({ isShown }: { isShown: boolean }) {
  const { t } = useWords()
  return (
    <span role="img" aria-label={t(isShown ? 'signIn.hide' : 'signIn.show')}>
      <Icon name={isShown ? 'eye' : 'eyeOff'} />
    </span>
  )
}

const eyes = (isShown: boolean) => (
  <span>
    <Eye isShown={isShown} />
  </span>
)

export function SignInPage() {
  const { t, language } = useWords()
  const { next } = useSearch({ from: '/sign-in' })
  const client = useQueryClient()
  const navigate = useNavigate()
  const session = useQuery({ ...sessionQuery, retry: false })
  useLayoutEffect(() => enterFamily('office'), [])
  const signIn = useMutation({
    mutationFn: (entry: Entry) => call<Session>('/session', { method: 'POST', body: entry }),
    onSuccess: () => client.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  })
  const isIn = Boolean(session.data)
  useEffect(() => {
    if (isIn) void navigate({ href: next ?? '/', replace: true })
  }, [isIn, next, navigate])
  return (
    <main className="sign-in">
      <div className="sign-in-language">
        <LanguageSwitch language={language} label={t('bar.language')} />
      </div>
      <section className="sign-in-card">
        <h1 className="sign-in-name">
          <Mark size={40} />
          <span>
            {t('product')}
            <small>{t('product.what')}</small>
          </span>
        </h1>
        <Form<Entry>
          layout="vertical"
          requiredMark={false}
          onFinish={(entry) => signIn.mutate(entry)}
          onValuesChange={() => signIn.isError && signIn.reset()}
        >
          <Form.Item
            name="username"
            label={t('signIn.username')}
            rules={[{ required: true, message: t('signIn.usernameMissing') }]}
          >
            <Input
              size="large"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              maxLength={64}
            />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('signIn.password')}
            rules={[{ required: true, message: t('signIn.passwordMissing') }]}
            {...(signIn.isError
              ? {
                  validateStatus: 'error' as const,
                  help: <span role="alert">{signInFailure(signIn.error, t)}</span>,
                }
              : {})}
          >
            <Input.Password
              size="large"
              autoComplete="current-password"
              maxLength={256}
              iconRender={eyes}
            />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
            {t('signIn.enter')}
          </Button>
        </Form>
        <p className="sign-in-help">{t('signIn.help')}</p>
      </section>
    </main>
  )
}
