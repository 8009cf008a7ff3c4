import { Button, Form, Input } from 'antd'
import { useWords } from '../i18n/language.ts'

interface StartCodeStepProps {
  first: string
  failure: string | null
  onChange: () => void
  onNext: (code: string) => void
}

export function StartCodeStep({ first, failure, onChange, onNext }: StartCodeStepProps) {
  const { t } = useWords()
  const said =
    failure === null
      ? {}
      : { validateStatus: 'error' as const, help: <span role="alert">{failure}</span> }
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      initialValues={{ code: first }}
      onValuesChange={onChange}
      onFinish={({ code }) => onNext(code.trim())}
    >
      <Form.Item
        name="code"
        label={t('setup.code')}
        validateTrigger="onSubmit"
        rules={[{ required: true, whitespace: true, message: t('setup.codeMissing') }]}
        {...said}
      >
        <Input
          size="large"
          autoFocus
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={40}
        />
      </Form.Item>
      <div className="setup-where">
        <p>{t('setup.codeWhere')}</p>
        <pre className="mono terminal-line" lang="en">
          … type this one-time code: <b>XXXX-XXXX</b>
        </pre>
        <p className="second">{t('setup.codeLost')}</p>
      </div>
      <div className="setup-buttons">
        <span />
        <Button type="primary" size="large" htmlType="submit">
          {t('setup.next')}
        </Button>
      </div>
    </Form>
  )
}
