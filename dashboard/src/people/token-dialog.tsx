import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import type { Role } from '../../../gateway/domain/person.ts'
import { call } from '../api/client.ts'
import type { TokenView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { groupOf, UnitField } from './group-fields.tsx'
import { RoleAndScope } from './role-and-scope.tsx'

export interface MadeToken {
  token: TokenView
  secret: string
}

interface Entry {
  name: string
  role: Role
  scope: string
  /** For the system of a unit; null or empty: of none. */
  unit?: string | null
  days: number
}

const spans = [30, 90, 180, 365, 730]

export function TokenDialog({
  onClose,
  onMade,
}: {
  onClose: () => void
  onMade: (made: MadeToken) => void
}) {
  const { session, words } = useTown()
  const { t } = words
  const client = useQueryClient()
  const [form] = Form.useForm<Entry>()
  const make = useMutation({
    mutationFn: (entry: Entry) =>
      call<MadeToken>('/tokens', {
        method: 'POST',
        body: { ...entry, unit: groupOf(entry.unit) },
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['tokens'] })
      onMade(made)
    },
  })
  return (
    <FormDialog<Entry>
      form={form}
      title={t('token.add')}
      okText={t('token.add')}
      isBusy={make.isPending}
      failure={make.isError ? failureWords(make.error, t) : null}
      initialValues={{ role: 'viewer', scope: session.person.scope, days: 90 }}
      onFinish={(entry) => make.mutate(entry)}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('token.name')}
        extra={t('token.nameHelp')}
        rules={[{ required: true, whitespace: true, message: t('token.nameMissing') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={100} />
      </Form.Item>
      <RoleAndScope />
      <UnitField help={t('token.unitHelp')} />
      <Form.Item name="days" label={t('token.days')}>
        <Select options={spans.map((n) => ({ value: n, label: t('token.daysValue', { n }) }))} />
      </Form.Item>
    </FormDialog>
  )
}
