import { Button, Form, Input } from 'antd'
import { useWords } from '../i18n/language.ts'
import { eyes } from '../parts/password-fields.tsx'

export interface Entry {
  username: string
  password: string
}

interface PasswordStepProps {
  first: string
  failure: string | null
  isBusy: boolean
  onEnter: (entry: Entry) => void
  onChange: () => void
}

export function PasswordStep({ first, failure, isBusy, onEnter, onChange }: PasswordStepProps) {
  const { t } = useWords()
  const said =
    failure === null
      ? {}
      : { validateStatus: 'error' as const, help: <span role="alert">{failure}</span> }
  return (
    <Form<Entry>
      layout="vertical"
      requiredMark={false}
      initialValues={{ username: first }}
      onFinish={onEnter}
      onValuesChange={onChange}
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
        {...said}
      >
        <Input.Password
          size="large"
          autoComplete="current-password"
          maxLength={256}
          iconRender={eyes}
        />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={isBusy}>
        {t('signIn.enter')}
      </Button>
    </Form>
  )
}
