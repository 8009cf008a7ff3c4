import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { eyes } from '../parts/password-fields.tsx'
import { SecondFactorOffer } from './second-factor-offer.tsx'

interface Offer {
  secret: string
  uri: string
}

/** Off, being turned on, on, being turned off. */
export function SecondFactorPanel({ account }: { account: Account }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const [isRemoving, setRemoving] = useState(false)
  const offer = useMutation({
    mutationFn: () => call<Offer>('/account/second-factor', { method: 'POST', body: {} }),
  })
  const again = () => {
    offer.reset()
    setRemoving(false)
    return client.invalidateQueries({ queryKey: ['account'] })
  }
  return (
    <section className="panel account-panel" data-part="second-factor">
      <h2 className="panel-title">
        {t('account.factor')}
        <span className={account.secondFactor ? 'mark-chip is-on' : 'mark-chip'}>
          {t(account.secondFactor ? 'account.factorOn' : 'account.factorOff')}
        </span>
      </h2>
      <p className="second">{t('account.factorWhat')}</p>
      {offer.isError && (
        <p className="said" role="alert">
          {failureWords(offer.error, t)}
        </p>
      )}
      {account.secondFactor ? (
        isRemoving ? (
          <RemoveForm onDone={again} onClose={() => setRemoving(false)} />
        ) : (
          <div>
            <Button onClick={() => setRemoving(true)}>{t('account.factorRemove')}</Button>
          </div>
        )
      ) : offer.data ? (
        <SecondFactorOffer {...offer.data} onDone={again} onClose={() => offer.reset()} />
      ) : (
        <div>
          <Button loading={offer.isPending} onClick={() => offer.mutate()}>
            {t('account.factorStart')}
          </Button>
        </div>
      )}
    </section>
  )
}

function RemoveForm({ onDone, onClose }: { onDone: () => Promise<void>; onClose: () => void }) {
  const { t } = useTown().words
  const remove = useMutation({
    mutationFn: (body: { password: string }) =>
      call('/account/second-factor/remove', { method: 'POST', body }),
    onSuccess: onDone,
  })
  return (
    <Form<{ password: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={(entry) => remove.mutate(entry)}
      onValuesChange={() => remove.isError && remove.reset()}
    >
      <p className="account-ask">{t('account.factorRemoveAsk')}</p>
      <Form.Item
        name="password"
        label={t('account.passwordOld')}
        rules={[{ required: true, message: t('signIn.passwordMissing') }]}
      >
        <Input.Password autoFocus autoComplete="current-password" iconRender={eyes} />
      </Form.Item>
      {remove.isError && (
        <p className="said" role="alert">
          {failureWords(remove.error, t, {
            wrongPassword: 'account.passwordWrong',
            signedOut: 'account.passwordWrong',
          })}
        </p>
      )}
      <div className="account-buttons">
        <Button type="primary" htmlType="submit" loading={remove.isPending}>
          {t('account.factorRemoveOk')}
        </Button>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
      </div>
    </Form>
  )
}
