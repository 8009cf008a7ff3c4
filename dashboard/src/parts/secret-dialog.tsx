import { Input, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTown } from '../app/town.ts'
import { CopyButton } from './copy-button.tsx'
import './secret-dialog.css'

interface SecretDialogProps {
  title: string
  /** That it is not shown again, and to whom it belongs. */
  intro: ReactNode
  secret: string
  /** What it is, to a screen reader. */
  label: string
  copyLabel: string
  /** Beside the button that copies. */
  beside?: ReactNode
  children?: ReactNode
  onClose: () => void
}

/** A password, key or token that was just made: shown now and never again, so no stray click closes it. */
export function SecretDialog(props: SecretDialogProps) {
  const { title, intro, secret, label, copyLabel, beside, children, onClose } = props
  const { t } = useTown().words
  return (
    <Modal
      open
      title={title}
      okText={t('dialog.close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      maskClosable={false}
      onOk={onClose}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <div className="secret-shown">
        {intro}
        <Input.TextArea
          className="mono secret-text"
          readOnly
          autoSize
          value={secret}
          aria-label={label}
          onFocus={(event) => event.target.select()}
        />
        <div className="secret-buttons">
          <CopyButton text={secret} label={copyLabel} />
          {beside}
        </div>
        {children}
      </div>
    </Modal>
  )
}
