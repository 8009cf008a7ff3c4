import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { devicesQuery } from '../api/queries.ts'
import { useTown } from '../app/town.ts'
import { TownMap } from '../map/town-map.tsx'
import { isReportable, middleOf, placeAt } from './report-place.ts'

interface PlaceFieldProps {
  value?: LonLat
  onChange?: (point: LonLat | undefined) => void
}

/** A click on the map, or a grid by its name for who knows no more. */
export function PlaceField({ value, onChange }: PlaceFieldProps) {
  const town = useTown()
  const { t } = town.words
  const devices = useQuery(devicesQuery).data ?? []
  const { scope } = town.session.person
  const place = value ? placeAt(town.places, value) : null
  const grids = town.places.filter((one) => one.level === 'grid' && isReportable(one, scope))
  return (
    <div className="report-place">
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('report.grid')}
        placeholder={t('report.grid')}
        value={place?.level === 'grid' ? place.code : undefined}
        options={grids.map((one) => ({ value: one.code, label: one.name }))}
        onChange={(code?: string) => {
          const grid = grids.find((one) => one.code === code)
          onChange?.(grid && middleOf(grid))
        }}
      />
      <div className="report-map">
        <TownMap
          places={town.places}
          devices={devices}
          marks={[]}
          focus={scope.length >= 12 ? scope.slice(0, 12) : undefined}
          label={t('report.map')}
          picked={value}
          onPick={onChange}
        >
          {value === undefined && <span className="map-note">{t('report.map')}</span>}
        </TownMap>
      </div>
      {value !== undefined && isReportable(place, scope) && (
        <p className="second" role="status">
          {t('report.mapPoint', {
            place: place?.name ?? '',
            lon: value[0].toFixed(5),
            lat: value[1].toFixed(5),
          })}
        </p>
      )}
    </div>
  )
}
