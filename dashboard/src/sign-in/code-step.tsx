import { Button, Form, Input } from 'antd'
import { useWords } from '../i18n/language.ts'
import { codeRules, digitsOf } from '../parts/six-digits.ts'

interface CodeStepProps {
  name: string
  failure: string | null
  isBusy: boolean
  onEnter: (code: string) => void
  onBack: () => void
  onChange: () => void
}

/** The second factor, on the same card: the password was right already. */
export function CodeStep({ name, failure, isBusy, onEnter, onBack, onChange }: CodeStepProps) {
  const { t } = useWords()
  const said =
    failure === null
      ? {}
      : { validateStatus: 'error' as const, help: <span role="alert">{failure}</span> }
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={({ code }) => onEnter(code)}
      onValuesChange={onChange}
    >
      <p className="sign-in-who">{t('signIn.codeFor', { name })}</p>
      <Form.Item
        name="code"
        label={t('signIn.code')}
        extra={t('signIn.codeHelp')}
        normalize={digitsOf}
        validateTrigger="onSubmit"
        rules={codeRules(t)}
        {...said}
      >
        <Input
          className="six-digits"
          size="large"
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
        />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={isBusy}>
        {t('signIn.enter')}
      </Button>
      <Button className="sign-in-back" type="text" block onClick={onBack}>
        {t('signIn.back')}
      </Button>
    </Form>
  )
}
