import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { CameraChange, CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { useCameraChange } from './use-camera-change.ts'

interface Entry {
  address: string
  username: string
  password: string
}

/** Where the camera is called and as whom. Its password is written once and never shown. */
export function CameraLogin({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const isNeeded = camera.path === 'noLogin' || camera.path === 'refused'
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="panel camera-panel">
      <h2 className="panel-title">{t('camera.login')}</h2>
      {isOpen || isNeeded ? (
        <LoginForm camera={camera} onClose={isNeeded ? null : () => setOpen(false)} />
      ) : (
        <>
          <dl className="pairs">
            <dt>{t('camera.address')}</dt>
            <dd lang="und">{camera.address ?? '—'}</dd>
            <dt>{t('signIn.username')}</dt>
            <dd lang="und">{camera.username ?? '—'}</dd>
            <dt>{t('signIn.password')}</dt>
            <dd>{t('camera.passwordKept')}</dd>
          </dl>
          <Button onClick={() => setOpen(true)}>{t('camera.loginChange')}</Button>
        </>
      )}
    </section>
  )
}

interface FormProps {
  camera: CameraView
  /** Null: it stays open until there is a login. */
  onClose: (() => void) | null
}

function LoginForm({ camera, onClose }: FormProps) {
  const { t } = useTown().words
  const [form] = Form.useForm<Entry>()
  const save = useCameraChange(camera.id, () => {
    form.setFieldValue('password', '')
    onClose?.()
  })
  const needed = [{ required: true, message: t('adopt.needed') }]
  function finish({ address, username, password }: Entry): void {
    const change: CameraChange = { login: { username: username.trim(), password } }
    if (address.trim() !== camera.address) change.address = address.trim()
    save.mutate(change)
  }
  return (
    <Form<Entry>
      form={form}
      layout="vertical"
      requiredMark={false}
      autoComplete="off"
      initialValues={{
        address: camera.address ?? '',
        username: camera.username ?? '',
        password: '',
      }}
      onFinish={finish}
      onValuesChange={() => save.isError && save.reset()}
    >
      <Form.Item name="address" label={t('camera.address')} rules={needed}>
        <Input maxLength={300} spellCheck={false} />
      </Form.Item>
      <div className="camera-login-pair">
        <Form.Item name="username" label={t('signIn.username')} rules={needed}>
          <Input maxLength={64} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={t('signIn.password')} rules={needed}>
          <Input.Password maxLength={128} autoComplete="new-password" visibilityToggle={false} />
        </Form.Item>
      </div>
      <p className="second">{t('camera.loginHelp')}</p>
      {save.isError && (
        <p className="said" role="alert">
          {failureWords(save.error, t, { invalid: 'camera.loginInvalid' })}
        </p>
      )}
      <div className="camera-acts">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('camera.save')}
        </Button>
        {onClose && <Button onClick={onClose}>{t('dialog.cancel')}</Button>}
      </div>
    </Form>
  )
}
