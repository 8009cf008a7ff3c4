import { useMutation } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import { call } from '../api/client.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'

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
    <Modal
      open
      title={t('devices.block')}
      okText={t('devices.block')}
      okButtonProps={{ danger: true }}
      cancelText={t('dialog.cancel')}
      confirmLoading={block.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p>{t('devices.blockAsk', { device: device.name })}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(body) => block.mutate(body)}
      >
        <Form.Item
          name="reason"
          label={t('devices.reason')}
          rules={[{ required: true, whitespace: true, message: t('devices.reasonNeeded') }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
        </Form.Item>
      </Form>
      {block.isError && (
        <p className="said" role="alert">
          {failureWords(block.error, t)}
        </p>
      )}
    </Modal>
  )
}
