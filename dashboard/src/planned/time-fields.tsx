import { Form, Select } from 'antd'
import { serverNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { halfHours } from '../duty/duty-week.ts'
import { isGoodSpan, type PlannedFields, spanOf } from './planned-entry.ts'

export function TimeFields() {
  const { words, zone } = useTown()
  const { t } = words
  const form = Form.useFormInstance<PlannedFields>()

  function check(): Promise<void> {
    const fields = form.getFieldsValue(true) as PlannedFields
    if (fields.first === '' || fields.last === '') {
      return Promise.reject(new Error(t('planned.timeMissing')))
    }
    const isOk = isGoodSpan(spanOf(fields, zone), serverNow())
    return isOk ? Promise.resolve() : Promise.reject(new Error(t('planned.timeWrong')))
  }

  return (
    <div className="planned-times">
      <Form.Item name="first" label={t('planned.first')}>
        <DayField label={t('planned.first')} />
      </Form.Item>
      <TimeField name="begins" label={t('planned.begins')} />
      <Form.Item
        name="last"
        label={t('planned.last')}
        dependencies={['first', 'begins', 'ends']}
        rules={[{ validator: check }]}
      >
        <DayField label={t('planned.last')} />
      </Form.Item>
      <TimeField name="ends" label={t('planned.ends')} />
    </div>
  )
}

interface DayFieldProps {
  label: string
  value?: string
  onChange?: (day: string) => void
}

/** The form gives value and change. */
function DayField({ label, value = '', onChange }: DayFieldProps) {
  return <DayInput label={label} value={value} onChange={(day) => onChange?.(day)} />
}

function TimeField({ name, label }: { name: 'begins' | 'ends'; label: string }) {
  return (
    <Form.Item name={name} label={label}>
      <Select showSearch options={halfHours.map((time) => ({ value: time, label: time }))} />
    </Form.Item>
  )
}
