import { Select } from 'antd'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { VillageField } from '../devices/filter-fields.tsx'
import { type CameraFilter, cameraStates, isShown, type ShownState } from './camera-list.ts'

interface FiltersProps {
  cameras: readonly CameraView[]
  filter: CameraFilter
  onFilter: (filter: CameraFilter) => void
}

/** Each state with how many are in it; what nobody is in cannot be chosen. */
export function CameraFilters({ cameras, filter, onFilter }: FiltersProps) {
  const { t } = useTown().words
  const states: ShownState[] = ['all', ...cameraStates, 'faulty']
  const count = (state: ShownState) =>
    cameras.filter((camera) => isShown(camera, { ...filter, state })).length
  return (
    <div className="filters">
      <Select<ShownState>
        className="camera-state-filter"
        aria-label={t('filter.state')}
        value={filter.state}
        onChange={(state) => onFilter({ ...filter, state })}
        options={states.map((state) => ({
          value: state,
          label: `${t(`cameras.state.${state}`)} ${count(state)}`,
          disabled: state !== 'all' && state !== filter.state && count(state) === 0,
        }))}
      />
      <VillageField
        value={filter.village}
        onChange={(village) => onFilter({ ...filter, village })}
      />
    </div>
  )
}
