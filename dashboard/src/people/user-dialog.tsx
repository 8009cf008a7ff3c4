import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import type { Role } from '../../../gateway/domain/person.ts'
import { call } from '../api/client.ts'
import type { NewUserBody, UserView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { usernamePattern } from '../parts/username.ts'
import { GroupFields, groupOf } from './group-fields.tsx'
import type { Handover } from './handover-dialog.tsx'
import { RoleAndScope } from './role-and-scope.tsx'

interface UserDialogProps {
  /** Null: a new person. */
  user: UserView | null
  onClose: () => void
  onMade: (made: Handover) => void
}

interface Entry {
  username: string
  displayName: string
  role: Role
  scope: string
  team?: string | null
  unit?: string | null
}

interface Made {
  user: UserView
  password: string | null
}

export function UserDialog({ user, onClose, onMade }: UserDialogProps) {
  const { t } = useTown().words
  const client = useQueryClient()
  const [form] = Form.useForm<Entry>()
  const save = useMutation({
    mutationFn: async ({ username, ...entry }: Entry): Promise<Made> => {
      const rest = { ...entry, team: groupOf(entry.team), unit: groupOf(entry.unit) }
      if (!user) {
        const body: NewUserBody = { username, ...rest }
        return call<Made>('/users', { method: 'POST', body })
      }
      const path = `/users/${encodeURIComponent(user.username)}`
      return { user: await call<UserView>(path, { method: 'PATCH', body: rest }), password: null }
    },
    onSuccess: async ({ user: { username, displayName }, password }) => {
      await client.invalidateQueries({ queryKey: ['users'] })
      if (password === null) onClose()
      else onMade({ username, name: displayName, password, isNew: true })
    },
  })
  return (
    <FormDialog<Entry>
      form={form}
      title={user ? t('people.editTitle', { name: user.displayName }) : t('people.add')}
      okText={t(user ? 'people.save' : 'people.add')}
      isBusy={save.isPending}
      failure={
        save.isError
          ? failureWords(save.error, t, {
              conflict: user ? 'people.lastAdministrator' : 'people.taken',
            })
          : null
      }
      initialValues={user ?? { role: 'gridWorker' }}
      onFinish={(entry) => save.mutate(entry)}
      onChange={() => save.isError && save.reset()}
      onClose={onClose}
    >
      <Form.Item
        name="displayName"
        label={t('people.name')}
        rules={[{ required: true, whitespace: true, message: t('people.nameMissing') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={100} />
      </Form.Item>
      <Form.Item
        name="username"
        label={t('signIn.username')}
        extra={user ? undefined : t('setup.usernameHelp')}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: t('signIn.usernameMissing') },
          { pattern: usernamePattern, message: t('setup.usernameWrong') },
        ]}
      >
        <Input
          disabled={user !== null}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
        />
      </Form.Item>
      <RoleAndScope />
      <GroupFields />
    </FormDialog>
  )
}
