import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Form } from 'antd'
import { teamsQuery, usersQuery } from '../api/trust-queries.ts'
import { useTown } from '../app/town.ts'

/** The team and the unit cases are dispatched to; known ones are offered, a new one can be typed. */
export function GroupFields() {
  const { t } = useTown().words
  const teams = useQuery(teamsQuery).data ?? []
  return (
    <div className="people-groups">
      <GroupField name="team" known={teams} label={t('people.team')} help={t('people.teamHelp')} />
      <UnitField help={t('people.unitHelp')} />
    </div>
  )
}

export function UnitField({ help }: { help: string }) {
  const { hazards, words } = useTown()
  const people = useQuery(usersQuery).data ?? []
  const units = known([...hazards.map(({ unit }) => unit), ...people.map(({ unit }) => unit)])
  return <GroupField name="unit" known={units} label={words.t('people.unit')} help={help} />
}

/** Each once, by name, without those who are of none. */
export function known(names: readonly (string | null)[]): string[] {
  return [...new Set(names.flatMap((name) => name || []))].toSorted((a, b) =>
    a.localeCompare(b, 'zh'),
  )
}

/** What a field holds as the gateway wants it: null is of none. */
export function groupOf(typed: string | null | undefined): string | null {
  const name = typed?.trim() ?? ''
  return name === '' ? null : name
}

interface GroupFieldProps {
  name: 'team' | 'unit'
  known: readonly string[]
  label: string
  help: string
}

function GroupField({ name, known: names, label, help }: GroupFieldProps) {
  return (
    <Form.Item name={name} label={label} extra={help}>
      <AutoComplete
        allowClear
        maxLength={100}
        showSearch={{
          filterOption: (typed, option) => (option?.value ?? '').includes(typed.trim()),
        }}
        options={names.map((value) => ({ value }))}
      />
    </Form.Item>
  )
}
