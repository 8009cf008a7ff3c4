import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { VideoRoundDetail } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import type { RoundActs } from './use-round-acts.ts'

interface ExcuseDialogProps {
  round: VideoRoundDetail
  acts: RoundActs
  onClose: () => void
}

export function ExcuseDialog({ round, acts, onClose }: ExcuseDialogProps) {
  const { t } = useTown().words
  const [reason, setReason] = useState('')
  const [isAsked, setAsked] = useState(false)
  const isMissing = reason.trim() === ''

  function finish(): void {
    setAsked(true)
    if (!isMissing) acts.excuse(reason.trim(), onClose)
  }

  return (
    <Modal
      open
      title={t('round.excuseTitle')}
      okText={t('round.excuse')}
      cancelText={t('dialog.cancel')}
      confirmLoading={acts.isBusy}
      onOk={finish}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">{round.name}</p>
      <p className="second">{t('round.excuseWhat')}</p>
      <label className="look-field">
        <span>{t('round.excuseReason')}</span>
        <Input.TextArea
          rows={3}
          maxLength={200}
          value={reason}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {isAsked && (isMissing || acts.error !== null) && (
        <p className="said" role="alert">
          {isMissing
            ? t('round.excuseMissing')
            : failureWords(acts.error, t, { conflict: 'round.conflict' })}
        </p>
      )}
    </Modal>
  )
}
