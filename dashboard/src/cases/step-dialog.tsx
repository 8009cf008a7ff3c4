import { useQuery } from '@tanstack/react-query'
import { Form, Input, Modal, Radio, Select } from 'antd'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import { queueQuery } from '../api/queries.ts'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import type { StepBody } from './use-case-acts.ts'

/** Asks for what a step needs (why, what, to whom, until when) and for nothing else. */

type Need = 'reason' | 'text' | 'to' | 'until' | 'score' | 'into'

const needs: Record<CaseAct, readonly Need[]> = {
  accept: [],
  dispatch: ['to'],
  sign: [],
  sendBack: ['reason'],
  feedback: ['text'],
  suspend: ['reason', 'until'],
  resume: [],
  verify: ['text'],
  rework: ['reason'],
  evaluate: ['score', 'text'],
  reopen: ['reason'],
  void: ['reason'],
  merge: ['into'],
  close: ['reason'],
  split: ['reason'],
  claim: [],
  release: [],
  note: ['text'],
  extend: ['reason', 'until'],
  grantExtension: [],
  refuseExtension: ['reason'],
  remind: [],
  supervise: ['text', 'until'],
  answer: ['text'],
  passUp: ['reason'],
}

export function needsDialog(step: CaseAct): boolean {
  return needs[step].length > 0
}

interface Answers {
  reason?: string
  text?: string
  unit?: string
  user?: string
  hours?: number
  score?: number
  into?: string
}

export function bodyOf(answers: Answers, now: number): StepBody {
  const body: StepBody = {}
  if (answers.reason?.trim()) body.reason = answers.reason.trim()
  if (answers.text?.trim()) body.text = answers.text.trim()
  if (answers.hours !== undefined) body.until = now + answers.hours * 3_600_000
  if (answers.score !== undefined) body.score = answers.score
  if (answers.into !== undefined) body.into = answers.into
  if (answers.user?.trim()) body.to = { user: answers.user.trim() }
  else if (answers.unit !== undefined) body.to = { unit: answers.unit }
  return body
}

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

export function StepDialog({
  detail,
  step,
  isFalseAlarm,
  isBusy,
  failure,
  onDone,
  onCancel,
}: StepDialogProps) {
  const town = useTown()
  const { t } = town.words
  const [form] = Form.useForm<Answers>()
  const title = isFalseAlarm ? t('step.falseAlarm') : t(`step.${step}`)
  const initial: Answers = { unit: detail.unit, hours: 24, score: 5 }
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
        initialValues={initial}
        onFinish={() =>
          onDone(bodyOf(pick(form.getFieldsValue(true) as Answers, needs[step]), serverNow()))
        }
      >
        {needs[step].map((need) => (
          <Field
            key={need}
            need={need}
            detail={detail}
            isFalseAlarm={isFalseAlarm === true}
            isOptional={step === 'evaluate'}
          />
        ))}
      </Form>
      {failure !== null && (
        <p className="said" role="alert">
          {failure}
        </p>
      )}
    </Modal>
  )
}

function pick(answers: Answers, asked: readonly Need[]): Answers {
  const has = (need: Need) => asked.includes(need)
  return {
    ...(has('reason') ? { reason: answers.reason } : {}),
    ...(has('text') ? { text: answers.text } : {}),
    ...(has('to') ? { unit: answers.unit, user: answers.user } : {}),
    ...(has('until') ? { hours: answers.hours } : {}),
    ...(has('score') ? { score: answers.score } : {}),
    ...(has('into') ? { into: answers.into } : {}),
  }
}

interface FieldProps {
  need: Need
  detail: CaseDetail
  isFalseAlarm: boolean
  isOptional: boolean
}

function Field({ need, detail, isFalseAlarm, isOptional }: FieldProps) {
  const { t } = useTown().words
  switch (need) {
    case 'reason':
      return <ReasonField isFalseAlarm={isFalseAlarm} />
    case 'text':
      return (
        <Form.Item
          name="text"
          label={t('dialog.text')}
          rules={[{ required: !isOptional, whitespace: true, message: t('dialog.textMissing') }]}
        >
          <Input.TextArea rows={4} maxLength={2000} showCount autoFocus />
        </Form.Item>
      )
    case 'to':
      return <ReceiverField units={[detail.unit, ...detail.assist]} />
    case 'until':
      return <UntilField />
    case 'score':
      return (
        <Form.Item name="score" label={t('dialog.score')}>
          <Radio.Group
            options={[1, 2, 3, 4, 5].map((value) => ({ value, label: String(value) }))}
            optionType="button"
          />
        </Form.Item>
      )
    case 'into':
      return <IntoField detail={detail} />
  }
}

function ReasonField({ isFalseAlarm }: { isFalseAlarm: boolean }) {
  const { t } = useTown().words
  const form = Form.useFormInstance<Answers>()
  const usual = [
    'dialog.false.cooking',
    'dialog.false.fog',
    'dialog.false.permitted',
    'dialog.false.sensor',
  ] as const
  return (
    <>
      {isFalseAlarm && (
        <div className="dialog-usual">
          {usual.map((key) => (
            <button
              key={key}
              type="button"
              className="chip"
              onClick={() => form.setFieldValue('reason', t(key))}
            >
              {t(key)}
            </button>
          ))}
        </div>
      )}
      <Form.Item
        name="reason"
        label={t('dialog.reason')}
        rules={[{ required: true, whitespace: true, message: t('dialog.reasonMissing') }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount autoFocus />
      </Form.Item>
    </>
  )
}

function ReceiverField({ units }: { units: readonly string[] }) {
  const { t } = useTown().words
  return (
    <>
      <Form.Item name="unit" label={t('dialog.unit')}>
        <Radio.Group options={[...new Set(units)].map((unit) => ({ value: unit, label: unit }))} />
      </Form.Item>
      <Form.Item name="user" label={t('dialog.user')} extra={t('dialog.userHelp')}>
        <Input maxLength={64} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
    </>
  )
}

function UntilField() {
  const { words, zone } = useTown()
  const now = serverNow()
  return (
    <Form.Item name="hours" label={words.t('dialog.until')}>
      <Select
        options={[1, 4, 24, 72, 168].map((hours) => ({
          value: hours,
          label: `${words.t(hours < 24 ? 'dialog.hours' : 'dialog.days', { n: hours < 24 ? hours : hours / 24 })} · ${shortTime(now + hours * 3_600_000, now, zone)}`,
        }))}
      />
    </Form.Item>
  )
}

function IntoField({ detail }: { detail: CaseDetail }) {
  const town = useTown()
  const { t } = town.words
  const others = useQuery(queueQuery).data ?? []
  return (
    <Form.Item
      name="into"
      label={t('dialog.into')}
      rules={[{ required: true, message: t('dialog.intoMissing') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={others
          .filter((one) => one.id !== detail.id)
          .map((one) => ({ value: one.id, label: `${one.number} ${town.title(one)}` }))}
      />
    </Form.Item>
  )
}
