import { Button, Select } from 'antd'
import type { PointView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { added } from '../parts/moved.ts'
import { SortableList } from '../parts/sortable-list.tsx'

interface RoutePointsFieldProps {
  points: readonly PointView[]
  village: string | undefined
  value?: string[]
  onChange?: (points: string[]) => void
}

/** The points in their order; the form gives value and change. */
export function RoutePointsField(props: RoutePointsFieldProps) {
  const { points, village, value = [], onChange } = props
  const { t } = useTown().words
  const left = points.filter(
    (point) => !value.includes(point.id) && (village === undefined || point.village === village),
  )
  const add = (ids: string[]) => onChange?.(added(value, ids))
  const items = value.map((id) => {
    const point = points.find((one) => one.id === id)
    const isElsewhere = village !== undefined && point?.village !== village
    return { id, name: point?.name ?? id, note: isElsewhere && <em>{t('route.elsewhere')}</em> }
  })
  return (
    <div className="route-points">
      {value.length > 0 && (
        <SortableList
          label={t('route.points')}
          items={items}
          words={{
            up: (name) => t('route.up', { name }),
            down: (name) => t('route.down', { name }),
            take: (name) => t('route.take', { name }),
          }}
          onChange={(ids) => onChange?.(ids)}
        />
      )}
      <div className="route-adders">
        <Select
          aria-label={t('route.addPoint')}
          placeholder={t('route.addPoint')}
          value={null}
          disabled={left.length === 0}
          showSearch={{ optionFilterProp: 'label' }}
          options={left.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id: string | null) => id !== null && add([id])}
        />
        {village !== undefined && left.length > 1 && (
          <Button onClick={() => add(left.map(({ id }) => id))}>
            {t('route.addAll', { n: left.length })}
          </Button>
        )}
      </div>
    </div>
  )
}
