import { Form, Input, Radio, Select } from 'antd'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { type Answers, textLabel } from './step-needs.ts'

/** The plain fields of a step: why, what, until when, how good. */

const usualReasons = [
  'dialog.false.cooking',
  'dialog.false.fog',
  'dialog.false.permitted',
  'dialog.false.sensor',
] as const

export function ReasonField({ isFalseAlarm }: { isFalseAlarm: boolean }) {
  const { t } = useTown().words
  const form = Form.useFormInstance<Answers>()
  return (
    <>
      {isFalseAlarm && (
        <div className="dialog-usual">
          {usualReasons.map((key) => (
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

export function TextField({ step }: { step: CaseAct }) {
  const { t } = useTown().words
  const isNeeded = step !== 'evaluate'
  return (
    <Form.Item
      name="text"
      label={t(textLabel(step))}
      rules={
        isNeeded ? [{ required: true, whitespace: true, message: t('dialog.textMissing') }] : []
      }
    >
      <Input.TextArea rows={4} maxLength={2000} showCount autoFocus={isNeeded} />
    </Form.Item>
  )
}

export function UntilField({ step, dueAt }: { step: CaseAct; dueAt: number | null }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = serverNow()
  const isExtension = step === 'extend'
  const from = isExtension ? Math.max(now, dueAt ?? 0) : now
  const plus = isExtension ? '+' : ''
  return (
    <Form.Item name="hours" label={t(isExtension ? 'dialog.extendTo' : 'dialog.until')}>
      <Select
        options={[1, 4, 24, 72, 168].map((hours) => ({
          value: hours,
          label: `${plus}${t(hours < 24 ? 'dialog.hours' : 'dialog.days', { n: hours < 24 ? hours : hours / 24 })} · ${shortTime(from + hours * 3_600_000, now, zone)}`,
        }))}
      />
    </Form.Item>
  )
}

export function DueAtField() {
  const { words, zone } = useTown()
  const { t } = words
  const now = serverNow()
  return (
    <Form.Item name="minutes" label={t('dialog.answerBy')}>
      <Select
        options={[10, 30, 60, 120, 480, 1440].map((minutes) => ({
          value: minutes,
          label: `${t(minutes < 60 ? 'dialog.minutes' : 'dialog.hours', { n: minutes < 60 ? minutes : minutes / 60 })} · ${shortTime(now + minutes * 60_000, now, zone)}`,
        }))}
      />
    </Form.Item>
  )
}

export function ScoreField() {
  const { t } = useTown().words
  return (
    <Form.Item
      name="score"
      label={t('dialog.score')}
      rules={[{ required: true, message: t('dialog.scoreMissing') }]}
    >
      <Radio.Group
        options={[1, 2, 3, 4, 5].map((value) => ({ value, label: String(value) }))}
        optionType="button"
      />
    </Form.Item>
  )
}
