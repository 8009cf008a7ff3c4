import { Form, Select } from 'antd'
import type { DutyPerson } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { Translate } from '../i18n/translate.ts'

/** One person out of many, found by any word that stands there, or by the user name. */

interface PersonChoiceProps {
  name: 'user' | 'username'
  label: string
  /** Undefined: still on the way. */
  people: readonly DutyPerson[] | undefined
  isFailed: boolean
  /** Said when nobody was chosen; undefined: nobody need be. */
  missing?: string
  help?: string
  onChoose?: () => void
}

export function PersonChoice(props: PersonChoiceProps) {
  const { name, label, people, isFailed, missing, help, onChoose } = props
  const { t } = useTown().words
  return (
    <Form.Item
      name={name}
      label={label}
      extra={help}
      rules={missing === undefined ? [] : [{ required: true, message: missing }]}
      {...(isFailed ? { help: t('failure.list'), validateStatus: 'error' as const } : {})}
    >
      <Select
        autoFocus={missing !== undefined}
        allowClear={missing === undefined}
        loading={people === undefined && !isFailed}
        showSearch={{
          filterOption: (typed, option) =>
            isFound(typed, `${option?.label ?? ''} ${option?.value ?? ''}`),
        }}
        notFoundContent={t('person.none')}
        options={(people ?? []).map((one) => ({
          value: one.username,
          label: personWords(one, t),
        }))}
        onSelect={onChoose}
      />
    </Form.Item>
  )
}

/** Every word of what was typed stands there. */
export function isFound(typed: string, said: string): boolean {
  const all = said.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** Told apart by role, and by team or unit where there is one. */
export function personWords(
  { displayName, role, team, unit }: Omit<DutyPerson, 'scope'>,
  t: Translate,
): string {
  return [displayName, t(`role.${role}`), unit, team].filter(Boolean).join(' · ')
}
