import { Form, Modal } from 'antd'
import { useState } from 'react'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { pastedPictures, usePictures } from '../parts/use-pictures.ts'
import { ReceiverField } from './receiver-field.tsx'
import { AlarmsField, IntoField, PicturesField } from './step-choices.tsx'
import { DueAtField, ReasonField, ScoreField, TextField, UntilField } from './step-fields.tsx'
import { type Answers, bodyOf, type Need, needsOf, pick, receiverKey } from './step-needs.ts'
import type { StepBody } from './use-case-acts.ts'

/** Asks for what a step needs (why, what, to whom, until when) and for nothing else. */

interface StepDialogProps {
  detail: CaseDetail
  step: CaseAct
  /** 误报: a void with its reason already known. */
  isFalseAlarm?: boolean
  isBusy: boolean
  failure: string | null
  onDone: (body: StepBody) => void
  onCancel: () => void
}

export function StepDialog(props: StepDialogProps) {
  const { detail, step, isFalseAlarm = false, isBusy, failure, onDone, onCancel } = props
  const town = useTown()
  const { t } = town.words
  const [form] = Form.useForm<Answers>()
  const pictures = usePictures()
  const [isWaiting, setWaiting] = useState(false)
  const asked = needsOf(step)
  const takesPictures = asked.includes('pictures')
  const title = isFalseAlarm ? t('step.falseAlarm') : t(`step.${step}`)

  function finish(): void {
    if (pictures.isSending) {
      setWaiting(true)
      return
    }
    const answers = { ...(form.getFieldsValue(true) as Answers), pictures: pictures.ids }
    const now = serverNow()
    const from = step === 'extend' ? Math.max(now, detail.dueAt ?? 0) : now
    const body = bodyOf(pick(answers, asked), { now, from })
    onDone(isFalseAlarm ? { ...body, falseAlarm: true } : body)
  }

  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t('dialog.cancel')}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onCancel}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">{town.title(detail)}</p>
      <Form<Answers>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initialFor(detail)}
        onFinish={finish}
        onPaste={(event) => {
          const pasted = takesPictures ? pastedPictures(event.clipboardData) : []
          if (pasted.length > 0) pictures.add(pasted)
        }}
      >
        {asked.map((need) =>
          need === 'pictures' ? (
            <PicturesField key={need} pictures={pictures} />
          ) : (
            <Field key={need} need={need} detail={detail} step={step} isFalse={isFalseAlarm} />
          ),
        )}
      </Form>
      {isWaiting && pictures.isSending && (
        <p className="said" role="alert">
          {t('pictures.waiting')}
        </p>
      )}
      {failure !== null && (
        <p className="said" role="alert">
          {failure}
        </p>
      )}
    </Modal>
  )
}

function initialFor(detail: CaseDetail): Answers {
  return { to: receiverKey('unit', detail.unit), hours: 24, minutes: 30, score: 5 }
}

interface FieldProps {
  need: Exclude<Need, 'pictures'>
  detail: CaseDetail
  step: CaseAct
  isFalse: boolean
}

function Field({ need, detail, step, isFalse }: FieldProps) {
  switch (need) {
    case 'reason':
      return <ReasonField isFalseAlarm={isFalse} />
    case 'text':
      return <TextField step={step} />
    case 'to':
      return <ReceiverField cases={[detail]} units={[detail.unit, ...detail.assist]} />
    case 'until':
      return <UntilField step={step} dueAt={detail.dueAt} />
    case 'dueAt':
      return <DueAtField />
    case 'score':
      return <ScoreField />
    case 'into':
      return <IntoField detail={detail} />
    case 'alarms':
      return <AlarmsField detail={detail} />
  }
}
