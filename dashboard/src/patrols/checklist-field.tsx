import { Select } from 'antd'
import { useTown } from '../app/town.ts'

interface ChecklistFieldProps {
  label: string
  value?: string[]
  onChange?: (hazards: string[]) => void
}

/** Hazards to look for; the form gives value and change. */
export function ChecklistField({ label, value = [], onChange }: ChecklistFieldProps) {
  const town = useTown()
  return (
    <Select
      mode="multiple"
      aria-label={label}
      value={value}
      onChange={(next: string[]) => onChange?.(next)}
      maxTagCount="responsive"
      showSearch={{ optionFilterProp: 'label' }}
      options={town.hazards.map(({ id }) => ({ value: id, label: town.hazard(id) }))}
    />
  )
}
