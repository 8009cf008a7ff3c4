import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Form, Select } from 'antd'
import { call } from '../api/client.ts'
import { dutyPeopleQuery } from '../api/work-queries.ts'
import { serverNow } from '../app/now.ts'
import { dayInWords } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PersonChoice } from '../parts/person-choice.tsx'
import { dutySpan, halfHours, type RosterWeek } from './duty-week.ts'

interface Entry {
  username: string
  days: string[]
  begins: string
  ends: string
}

const usualShifts = [
  { begins: '08:00', ends: '20:00' },
  { begins: '20:00', ends: '08:00' },
  { begins: '08:30', ends: '17:30' },
]

interface DutyDialogProps {
  week: RosterWeek
  onClose: () => void
}

/** One person, the same hours, on any days of the week that is looked at. */
export function DutyDialog({ week, onClose }: DutyDialogProps) {
  const { words, zone } = useTown()
  const { t, language } = words
  const client = useQueryClient()
  const [form] = Form.useForm<Entry>()
  const now = serverNow()
  const coming = week.days.filter(({ to }) => to > now)
  const save = useMutation({
    mutationFn: async ({ username, days, begins, ends }: Entry) => {
      for (const [index, day] of days.entries()) {
        const chosen = week.days.find((one) => one.day === day)
        if (!chosen) continue
        const span = dutySpan(chosen, { begins, ends }, zone)
        await call('/duty', { method: 'POST', body: { username, ...span } })
        // What is entered is not asked for again when a later day is refused.
        form.setFieldValue('days', days.slice(index + 1))
      }
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['duty'] }),
  })
  return (
    <FormDialog<Entry>
      form={form}
      title={t('duty.add')}
      okText={t('duty.add')}
      isBusy={save.isPending}
      failure={
        save.isError
          ? failureWords(save.error, t, {
              conflict: 'duty.conflict',
              notFound: 'duty.noPerson',
              invalid: 'duty.refused',
            })
          : null
      }
      initialValues={{
        days: coming.slice(0, 1).map(({ day }) => day),
        begins: '08:00',
        ends: '20:00',
      }}
      onFinish={(entry) => save.mutate(entry)}
      onChange={() => save.isError && save.reset()}
      onClose={onClose}
    >
      <PersonField />
      <Form.Item
        name="days"
        label={t('duty.days')}
        rules={[{ required: true, message: t('duty.daysMissing') }]}
      >
        <Checkbox.Group
          className="duty-days"
          options={week.days.map(({ day, from }) => ({
            value: day,
            label: dayInWords(from, zone, language),
          }))}
        />
      </Form.Item>
      <TimeFields />
    </FormDialog>
  )
}

function PersonField() {
  const { t } = useTown().words
  const { data, isError } = useQuery(dutyPeopleQuery)
  return (
    <PersonChoice
      name="username"
      label={t('duty.person')}
      people={data}
      isFailed={isError}
      missing={t('duty.personMissing')}
    />
  )
}

function TimeFields() {
  const { t } = useTown().words
  const form = Form.useFormInstance<Entry>()
  const options = halfHours.map((time) => ({ value: time, label: time }))
  return (
    <>
      <div className="duty-times">
        <Form.Item name="begins" label={t('duty.begins')}>
          <Select showSearch options={options} />
        </Form.Item>
        <Form.Item name="ends" label={t('duty.ends')} extra={t('duty.endsHelp')}>
          <Select showSearch options={options} />
        </Form.Item>
      </div>
      <div className="dialog-usual">
        {usualShifts.map(({ begins, ends }) => (
          <button
            key={begins}
            type="button"
            className="chip"
            onClick={() => form.setFieldsValue({ begins, ends })}
          >
            {begins}–{ends}
          </button>
        ))}
      </div>
    </>
  )
}
