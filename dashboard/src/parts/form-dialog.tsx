import { Form, type FormInstance, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTown } from '../app/town.ts'

interface FormDialogProps<Fields extends object> {
  form: FormInstance<Fields>
  title: string
  okText: string
  isBusy: boolean
  /** Why it was refused; null: it was not. */
  failure: ReactNode
  /** What it does cannot easily be undone. */
  isDangerous?: boolean
  width?: number
  /** Of the form. */
  className?: string
  /** Said before the fields. */
  intro?: ReactNode
  initialValues?: Partial<Fields>
  onFinish: (fields: Fields) => void
  onChange?: (changed: Partial<Fields>) => void
  onClose: () => void
  children: ReactNode
}

/** A dialog that asks for some fields and sends them; it stays open until that succeeded. */
export function FormDialog<Fields extends object>(props: FormDialogProps<Fields>) {
  const { form, title, okText, isBusy, failure, isDangerous = false, width } = props
  const { t } = useTown().words
  return (
    <Modal
      open
      title={title}
      okText={okText}
      okButtonProps={{ danger: isDangerous }}
      cancelText={t('dialog.cancel')}
      confirmLoading={isBusy}
      {...(width !== undefined && { width })}
      onOk={() => form.submit()}
      onCancel={props.onClose}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      {props.intro}
      <Form<Fields>
        form={form}
        {...(props.className !== undefined && { className: props.className })}
        layout="vertical"
        requiredMark={false}
        {...(props.initialValues !== undefined && { initialValues: props.initialValues })}
        onFinish={props.onFinish}
        onValuesChange={(changed: Partial<Fields>) => props.onChange?.(changed)}
      >
        {props.children}
      </Form>
      {typeof failure === 'string' ? (
        <p className="said" role="alert">
          {failure}
        </p>
      ) : (
        failure
      )}
    </Modal>
  )
}
