import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { eyes, type NewPassword, NewPasswordFields } from '../parts/password-fields.tsx'

interface Entry extends NewPassword {
  old: string
}

export function PasswordPanel({ account }: { account: Account }) {
  const town = useTown()
  const { t } = town.words
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const change = useMutation({
    mutationFn: ({ old, password }: Entry) =>
      call('/account/password', { method: 'POST', body: { old, new: password } }),
    onSuccess: () => {
      setOpen(false)
      return client.invalidateQueries({ queryKey: ['account'] })
    },
  })
  return (
    <section className="panel account-panel">
      <h2 className="panel-title">{t('account.password')}</h2>
      <p className="second">
        {account.passwordChangedAt === null
          ? t('account.passwordNever')
          : t('account.passwordSince', { time: dayOf(account.passwordChangedAt, town.zone) })}
      </p>
      {change.isSuccess && !isOpen && (
        <p className="said" role="status">
          {t('account.passwordDone')}
        </p>
      )}
      {isOpen ? (
        <PasswordForm
          username={account.person.username}
          failure={
            change.isError
              ? failureWords(change.error, t, {
                  wrongPassword: 'account.passwordWrong',
                  signedOut: 'account.passwordWrong',
                })
              : null
          }
          isBusy={change.isPending}
          onChange={() => change.isError && change.reset()}
          onClose={() => setOpen(false)}
          onFinish={(entry) => change.mutate(entry)}
        />
      ) : (
        <div>
          <Button onClick={() => setOpen(true)}>{t('account.passwordChange')}</Button>
        </div>
      )}
    </section>
  )
}

interface PasswordFormProps {
  username: string
  failure: string | null
  isBusy: boolean
  onChange: () => void
  onClose: () => void
  onFinish: (entry: Entry) => void
}

function PasswordForm(props: PasswordFormProps) {
  const { t } = useTown().words
  return (
    <Form<Entry>
      layout="vertical"
      requiredMark={false}
      onFinish={props.onFinish}
      onValuesChange={props.onChange}
    >
      {/* So that a password manager knows whose password it keeps. */}
      <input type="text" autoComplete="username" value={props.username} readOnly hidden />
      <Form.Item
        name="old"
        label={t('account.passwordOld')}
        rules={[{ required: true, message: t('signIn.passwordMissing') }]}
      >
        <Input.Password autoFocus autoComplete="current-password" iconRender={eyes} />
      </Form.Item>
      <NewPasswordFields label={t('password.new')} />
      {props.failure !== null && (
        <p className="said" role="alert">
          {props.failure}
        </p>
      )}
      <div className="account-buttons">
        <Button type="primary" htmlType="submit" loading={props.isBusy}>
          {t('account.passwordSave')}
        </Button>
        <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
      </div>
    </Form>
  )
}
