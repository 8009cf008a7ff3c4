import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { deviceKinds } from '../../../gateway/domain/device.ts'
import { ApiError, call } from '../api/client.ts'
import type { DeviceView, QuarantineView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { SecretDialog } from '../parts/secret-dialog.tsx'

interface NewDevice {
  id: string
  name: string
  kind: (typeof deviceKinds)[number]
  village: string
  lon: number
  lat: number
}

interface Adopted {
  device: DeviceView
  secret: string
}

/** Registers the device that sent the message, shows its secret once, then lets the message count. */
export function AdoptDialog({ one, onClose }: { one: QuarantineView; onClose: () => void }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const [form] = Form.useForm<NewDevice>()
  const [adopted, setAdopted] = useState<Adopted | null>(null)
  const adopt = useMutation({
    mutationFn: (device: NewDevice) => call<Adopted>('/devices', { method: 'POST', body: device }),
    onSuccess: async (made) => {
      setAdopted(made)
      void client.invalidateQueries({ queryKey: ['devices'] })
      // The message itself may be wrong in other ways; it then stays in the list with its new reason.
      await call(`/quarantine/${one.id}/replay`, { method: 'POST', body: {} }).catch(
        () => undefined,
      )
    },
  })
  if (adopted) {
    return (
      <SecretDialog
        title={t('adopt.done')}
        intro={<p>{t('adopt.secret', { device: adopted.device.name })}</p>}
        secret={adopted.secret}
        label={t('adopt.secretLabel')}
        copyLabel={t('devices.copySecret')}
        onClose={onClose}
      >
        <p className="second">{t('adopt.once')}</p>
      </SecretDialog>
    )
  }
  return (
    <Modal
      open
      title={t('quarantine.adopt')}
      okText={t('quarantine.adopt')}
      cancelText={t('dialog.cancel')}
      confirmLoading={adopt.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <AdoptForm one={one} form={form} onFinish={(device) => adopt.mutate(device)} />
      {adopt.isError && (
        <p className="said" role="alert">
          {adopt.error instanceof ApiError && adopt.error.kind === 'conflict'
            ? t('adopt.exists')
            : t('adopt.failed')}
        </p>
      )}
    </Modal>
  )
}

interface AdoptFormProps {
  one: QuarantineView
  form: ReturnType<typeof Form.useForm<NewDevice>>[0]
  onFinish: (device: NewDevice) => void
}

function AdoptForm({ one, form, onFinish }: AdoptFormProps) {
  const town = useTown()
  const { t } = town.words
  const villages = town.places.filter((place) => place.level === 'village')
  const needed = [{ required: true, message: t('adopt.needed') }]
  const initial = {
    id: one.device ?? '',
    name: one.device ?? '',
    village: one.village ?? undefined,
    kind: 'airStation' as const,
  }
  return (
    <Form<NewDevice>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={onFinish}
    >
      <Form.Item name="id" label={t('adopt.id')} rules={needed}>
        <Input disabled={one.device !== null} />
      </Form.Item>
      <Form.Item name="name" label={t('adopt.name')} rules={needed}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={t('filter.kind')} rules={needed}>
        <Select options={deviceKinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <Form.Item name="village" label={t('filter.village')} rules={needed}>
        <Select options={villages.map((place) => ({ value: place.code, label: place.name }))} />
      </Form.Item>
      <div className="adopt-position">
        <Form.Item name="lon" label={t('adopt.lon')} rules={needed}>
          <InputNumber min={-180} max={180} step={0.0001} controls={false} />
        </Form.Item>
        <Form.Item name="lat" label={t('adopt.lat')} rules={needed}>
          <InputNumber min={-90} max={90} step={0.0001} controls={false} />
        </Form.Item>
      </div>
    </Form>
  )
}
