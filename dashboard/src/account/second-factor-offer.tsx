import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useMemo } from 'react'
import { call } from '../api/client.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { codeRules, digitsOf } from '../parts/six-digits.ts'
import { qrPath } from './qr-path.ts'

interface SecondFactorOfferProps {
  secret: string
  uri: string
  onDone: () => Promise<void>
  onClose: () => void
}

/** The secret as a picture and as text; it counts once a first code has come out of it. */
export function SecondFactorOffer({ secret, uri, onDone, onClose }: SecondFactorOfferProps) {
  const { t } = useTown().words
  const confirm = useMutation({
    mutationFn: (body: { code: string }) =>
      call('/account/second-factor/confirm', { method: 'POST', body }),
    onSuccess: onDone,
  })
  return (
    <div className="factor-offer">
      <p>
        <strong>{t('account.factorScan')}</strong>
        <br />
        <span className="second">{t('account.factorScanHelp')}</span>
      </p>
      <QrCode text={uri} label={t('account.factorImage')} />
      <p className="second">
        {t('account.factorType')}
        <code className="mono factor-secret" lang="en">
          {secret.replace(/(.{4})(?=.)/g, '$1 ')}
        </code>
      </p>
      <Form<{ code: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={(entry) => confirm.mutate(entry)}
        onValuesChange={() => confirm.isError && confirm.reset()}
      >
        <Form.Item
          name="code"
          label={t('account.factorConfirm')}
          normalize={digitsOf}
          validateTrigger="onSubmit"
          rules={codeRules(t)}
        >
          <Input
            className="six-digits"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={7}
          />
        </Form.Item>
        {confirm.isError && (
          <p className="said" role="alert">
            {failureWords(confirm.error, t, {
              wrongCode: 'account.factorWrong',
              signedOut: 'account.factorWrong',
              invalid: 'account.factorWrong',
            })}
          </p>
        )}
        <div className="account-buttons">
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>
            {t('account.factorConfirmOk')}
          </Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </div>
      </Form>
    </div>
  )
}

/** Dark on white in both themes: phones read nothing else reliably. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => qrPath(text), [text])
  return (
    <svg
      className="qr-code"
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={label}
    >
      <rect x="-4" y="-4" width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  )
}
