import { Input, Select } from 'antd'
import { deviceKinds } from '../../../gateway/domain/device.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

/** What devices are looked for by, wherever they are listed. */

interface FieldProps<Value> {
  value: Value
  onChange: (value: Value) => void
}

export function DeviceSearch({ value, onChange }: FieldProps<string>) {
  const { t } = useTown().words
  return (
    <Input
      allowClear={{ clearIcon: <Icon name="close" size={14} /> }}
      value={value}
      placeholder={t('devices.search')}
      aria-label={t('devices.search')}
      prefix={<Icon name="search" size={16} />}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

export function KindField({ value, onChange }: FieldProps<string | undefined>) {
  const { t } = useTown().words
  return (
    <Select
      allowClear
      placeholder={t('filter.kind')}
      aria-label={t('filter.kind')}
      value={value}
      onChange={onChange}
      options={deviceKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
    />
  )
}

/** Nothing for those who see one village only. */
export function VillageField({ value, onChange }: FieldProps<string | undefined>) {
  const town = useTown()
  const { t } = town.words
  if (villageOfScope(town.session.person.scope) !== null) return null
  const villages = town.places.filter(({ level }) => level === 'village')
  return (
    <Select
      allowClear
      placeholder={t('filter.village')}
      aria-label={t('filter.village')}
      value={value}
      onChange={onChange}
      options={villages.map(({ code, name }) => ({ value: code, label: name }))}
    />
  )
}
