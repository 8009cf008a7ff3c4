import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { devicesQuery } from '../api/queries.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { added } from '../parts/moved.ts'
import { SortableList } from '../parts/sortable-list.tsx'
import { isWithin } from './plan-entry.ts'

interface CamerasFieldProps {
  scope: string | undefined
  value?: string[]
  onChange?: (cameras: string[]) => void
}

/** The walk from camera to camera; the form gives value and change. */
export function CamerasField({ scope, value = [], onChange }: CamerasFieldProps) {
  const { t } = useTown().words
  const devices = useQuery(devicesQuery).data ?? []
  const cameras = devices.filter(({ kind }) => kind === 'camera')
  const offered = cameras.filter((camera) => isWithin(scope, camera))
  const left = offered.filter(({ id }) => !value.includes(id))
  const change = (next: string[]) => onChange?.(next)
  return (
    <div className="plan-cameras">
      {value.length > 0 && <Walk ids={value} cameras={cameras} scope={scope} onChange={change} />}
      {offered.length === 0 ? (
        <p className="second">{t('plan.noCameras')}</p>
      ) : (
        <div className="plan-adders">
          <Select
            aria-label={t('plan.addCamera')}
            placeholder={t('plan.addCamera')}
            value={null}
            disabled={left.length === 0}
            showSearch={{ optionFilterProp: 'label' }}
            options={left.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id: string | null) => id !== null && change(added(value, [id]))}
          />
          <VillageAdder
            cameras={left}
            onAdd={(village) =>
              change(
                added(
                  value,
                  left.filter((camera) => camera.village === village).map(({ id }) => id),
                ),
              )
            }
          />
        </div>
      )}
    </div>
  )
}

interface VillageAdderProps {
  cameras: readonly DeviceView[]
  onAdd: (village: string) => void
}

function VillageAdder({ cameras, onAdd }: VillageAdderProps) {
  const town = useTown()
  const { t } = town.words
  const counts = Map.groupBy(cameras, ({ village }) => village)
  return (
    <Select
      aria-label={t('plan.addVillage')}
      placeholder={t('plan.addVillage')}
      value={null}
      disabled={counts.size === 0}
      showSearch={{ optionFilterProp: 'label' }}
      options={[...counts].map(([village, of]) => ({
        value: village,
        label: `${town.place(village)} · ${t('video.cameras', { n: of.length })}`,
      }))}
      onChange={(village: string | null) => village !== null && onAdd(village)}
    />
  )
}

interface WalkProps {
  ids: readonly string[]
  cameras: readonly DeviceView[]
  scope: string | undefined
  onChange: (ids: string[]) => void
}

function Walk({ ids, cameras, scope, onChange }: WalkProps) {
  const { t } = useTown().words
  const items = ids.map((id) => {
    const camera = cameras.find((one) => one.id === id)
    const isOutside = !camera || !isWithin(scope, camera)
    return { id, name: camera?.name ?? id, note: isOutside && <em>{t('plan.outside')}</em> }
  })
  return (
    <SortableList
      label={t('plan.cameras')}
      items={items}
      words={{
        up: (name) => t('plan.up', { name }),
        down: (name) => t('plan.down', { name }),
        take: (name) => t('plan.take', { name }),
      }}
      onChange={onChange}
    />
  )
}
