import { Form, Select } from 'antd'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { useTown, worksAtDesk } from '../app/town.ts'

/** What somebody may do, and where; stands inside a form. */
export function RoleAndScope() {
  const town = useTown()
  const { t } = town.words
  const form = Form.useFormInstance()
  const role = Form.useWatch<Role | undefined>('role', form)
  const isDesk = role !== undefined && worksAtDesk(role)
  return (
    <>
      <Form.Item
        name="role"
        label={t('people.role')}
        rules={[{ required: true, message: t('people.roleMissing') }]}
      >
        <Select
          options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          onChange={(next: Role) => {
            if (worksAtDesk(next)) form.setFieldValue('scope', town.session.town.code)
          }}
        />
      </Form.Item>
      <Form.Item
        name="scope"
        label={t('people.scope')}
        extra={isDesk ? t('people.roleDesk') : undefined}
        rules={[{ required: true, message: t('people.scopeMissing') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={town.places.map((place) => ({ value: place.code, label: place.name }))}
        />
      </Form.Item>
    </>
  )
}
