import { useMutation } from '@tanstack/react-query'
import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { SecretDialog } from '../parts/secret-dialog.tsx'
import { type RotatedSecret, tryLine } from './try-line.ts'

interface RotateDialogProps {
  device: DeviceView
  path: string
  onRotated: () => Promise<void>
  onClose: () => void
}

/** Asks what becomes of the old secret, then shows the new one this once. */
export function RotateDialog({ device, path, onRotated, onClose }: RotateDialogProps) {
  const { t } = useTown().words
  const [immediately, setImmediately] = useState(false)
  const rotate = useMutation({
    mutationFn: () =>
      call<RotatedSecret>(`${path}/secret`, { method: 'POST', body: { immediately } }),
    onSuccess: onRotated,
  })
  if (rotate.data) return <NewSecret device={device} rotated={rotate.data} onClose={onClose} />
  return (
    <Modal
      open
      title={t('devices.rotate')}
      okText={t('devices.rotate')}
      okButtonProps={{ danger: immediately }}
      cancelText={t('dialog.cancel')}
      confirmLoading={rotate.isPending}
      onOk={() => rotate.mutate()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p>{t('devices.rotateAsk', { device: device.name })}</p>
      <Radio.Group
        className="device-choices"
        value={immediately}
        onChange={(event) => setImmediately(event.target.value as boolean)}
      >
        <Radio value={false}>{t('devices.rotateGently')}</Radio>
        <Radio value={true}>{t('devices.rotateNow')}</Radio>
      </Radio.Group>
      {rotate.isError && (
        <p className="said" role="alert">
          {failureWords(rotate.error, t)}
        </p>
      )}
    </Modal>
  )
}

interface NewSecretProps {
  device: DeviceView
  rotated: RotatedSecret
  onClose: () => void
}

function NewSecret({ device, rotated, onClose }: NewSecretProps) {
  const { t } = useTown().words
  const line = tryLine(device, rotated, location.hostname)
  return (
    <SecretDialog
      title={t('devices.rotated', { device: device.name })}
      intro={<p>{t('devices.rotatedOnce')}</p>}
      secret={rotated.secret}
      label={t('adopt.secretLabel')}
      copyLabel={t('devices.copySecret')}
      onClose={onClose}
    >
      {line !== null && (
        <>
          <p className="second">{t('devices.tryLine')}</p>
          <pre className="mono device-line" lang="en">
            {line}
          </pre>
          <CopyButton text={line} label={t('devices.copyLine')} />
        </>
      )}
    </SecretDialog>
  )
}
