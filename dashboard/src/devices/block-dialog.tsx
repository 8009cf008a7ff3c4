import { useMutation } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { call } from '../api/client.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'

interface BlockDialogProps {
  device: DeviceView
  path: string
  onDone: (blocked: DeviceView) => Promise<void>
  onClose: () => void
}

export function BlockDialog({ device, path, onDone, onClose }: BlockDialogProps) {
  const { t } = useTown().words
  const [form] = Form.useForm<{ reason: string }>()
  const block = useMutation({
    mutationFn: (body: { reason: string }) =>
      call<DeviceView>(`${path}/block`, { method: 'POST', body }),
    onSuccess: async (blocked) => {
      onClose()
      await onDone(blocked)
    },
  })
  return (
    <FormDialog
      form={form}
      title={t('devices.block')}
      okText={t('devices.block')}
      isBusy={block.isPending}
      failure={block.isError ? failureWords(block.error, t) : null}
      isDangerous
      intro={<p>{t('devices.blockAsk', { device: device.name })}</p>}
      onFinish={(body) => block.mutate(body)}
      onClose={onClose}
    >
      <Form.Item
        name="reason"
        label={t('devices.reason')}
        rules={[{ required: true, whitespace: true, message: t('devices.reasonNeeded') }]}
      >
        <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
      </Form.Item>
    </FormDialog>
  )
}
