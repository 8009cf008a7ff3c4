import { Button, Form, Input } from 'antd'
import { useWords } from '../i18n/language.ts'
import { type NewPassword, NewPasswordFields } from '../parts/password-fields.tsx'
import { usernamePattern } from '../parts/username.ts'

export interface Administrator extends NewPassword {
  displayName: string
  username: string
}

interface AdministratorStepProps {
  first: Administrator | null
  onBack: () => void
  onNext: (administrator: Administrator) => void
}

export function AdministratorStep({ first, onBack, onNext }: AdministratorStepProps) {
  const { t } = useWords()
  return (
    <Form<Administrator>
      layout="vertical"
      requiredMark={false}
      {...(first && { initialValues: first })}
      onFinish={onNext}
    >
      <p className="setup-lead">
        <strong>{t('setup.administrator')}</strong>
        <span className="second">{t('setup.administratorHelp')}</span>
      </p>
      <div className="setup-pair">
        <Form.Item
          name="displayName"
          label={t('setup.displayName')}
          rules={[{ required: true, whitespace: true, message: t('setup.displayNameMissing') }]}
        >
          <Input autoFocus autoComplete="name" maxLength={100} />
        </Form.Item>
        <Form.Item
          name="username"
          label={t('signIn.username')}
          extra={t('setup.usernameHelp')}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: t('signIn.usernameMissing') },
            { pattern: usernamePattern, message: t('setup.usernameWrong') },
          ]}
        >
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
      </div>
      <NewPasswordFields label={t('setup.password')} />
      <div className="setup-buttons">
        <Button size="large" onClick={onBack}>
          {t('setup.previous')}
        </Button>
        <Button type="primary" size="large" htmlType="submit">
          {t('setup.next')}
        </Button>
      </div>
    </Form>
  )
}
