import { Select } from 'antd'
import { useTown } from '../app/town.ts'

interface VillageSelectProps {
  label: string
  /** Of these; one is no choice. */
  known: ReadonlySet<string>
  value: string | null
  onChange: (village: string | null) => void
}

export function VillageSelect({ label, known, value, onChange }: VillageSelectProps) {
  const town = useTown()
  const villages = town.places.filter(({ code }) => known.has(code))
  if (villages.length < 2 && value === null) return null
  return (
    <Select
      className="village-select"
      aria-label={label}
      value={value}
      onChange={onChange}
      showSearch={{ optionFilterProp: 'label' }}
      options={[
        { value: null, label: town.words.t('walks.allVillages') },
        ...villages.map(({ code }) => ({ value: code, label: town.place(code) })),
      ]}
    />
  )
}
