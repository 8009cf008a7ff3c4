import { Form, Input } from 'antd'
import { useWords } from '../i18n/language.ts'
import { Icon } from './icon.tsx'
import { passwordProblem, passwordRule } from './password-rule.ts'

function Eye({ isShown }: { isShown: boolean }) {
  const { t } = useWords()
  return (
    <span role="img" aria-label={t(isShown ? 'signIn.hide' : 'signIn.show')}>
      <Icon name={isShown ? 'eye' : 'eyeOff'} />
    </span>
  )
}

/** Shows and hides what was typed, with a name for those who cannot see the eye. */
export const eyes = (isShown: boolean) => (
  <span>
    <Eye isShown={isShown} />
  </span>
)

export interface NewPassword {
  password: string
  again: string
}

/** A password of one's own choice, twice, with the rule beside it before it is broken. */
export function NewPasswordFields({ label }: { label: string }) {
  const { t } = useWords()
  return (
    <>
      <Form.Item
        name="password"
        label={label}
        extra={passwordRule(t)}
        validateTrigger="onBlur"
        rules={[
          {
            validator: (_rule, value: string = '') => {
              const problem = passwordProblem(value, t)
              return problem === null ? Promise.resolve() : Promise.reject(new Error(problem))
            },
          },
        ]}
      >
        <Input.Password autoComplete="new-password" iconRender={eyes} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['password']}
        validateTrigger="onBlur"
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, value) =>
              value === getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" iconRender={eyes} />
      </Form.Item>
    </>
  )
}
