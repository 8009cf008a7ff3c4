import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { CaseView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { StepBody } from '../cases/use-case-acts.ts'
import { PictureButton, PictureStrip } from '../parts/pictures.tsx'
import { usePictures } from '../parts/use-pictures.ts'

interface TaskDialogProps {
  one: CaseView
  step: 'feedback' | 'verify' | 'answer'
  isBusy: boolean
  failure: string | null
  onDone: (body: StepBody) => void
  onCancel: () => void
}

/** What was done, in words and pictures; the whole screen of a phone. */
export function TaskDialog({ one, step, isBusy, failure, onDone, onCancel }: TaskDialogProps) {
  const town = useTown()
  const { t } = town.words
  const pictures = usePictures()
  const [text, setText] = useState('')
  const [isAsked, setAsked] = useState(false)
  const isMissing = text.trim() === ''

  function finish(): void {
    setAsked(true)
    if (isMissing || pictures.isSending || isBusy) return
    const ids = pictures.ids
    onDone({ text: text.trim(), ...(ids.length > 0 ? { pictures: ids } : {}) })
  }

  const said = !isAsked
    ? null
    : isMissing
      ? t('dialog.textMissing')
      : pictures.isSending
        ? t('pictures.waiting')
        : failure

  return (
    <Modal
      open
      className="task-dialog"
      title={t(`step.${step}`)}
      okText={t('tasks.send')}
      cancelText={t('dialog.cancel')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      onOk={finish}
      onCancel={onCancel}
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">{town.title(one)}</p>
      <label className="task-field">
        <span>{t(step === 'answer' ? 'dialog.answer' : 'tasks.whatWasDone')}</span>
        <Input.TextArea
          rows={5}
          maxLength={2000}
          value={text}
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="task-pictures">
        <PictureStrip pictures={pictures} />
        <PictureButton pictures={pictures} label />
      </div>
      {said !== null && (
        <p className="said" role="alert">
          {said}
        </p>
      )}
    </Modal>
  )
}
