import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useRef, useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { added, isWithin, moved } from './plan-entry.ts'

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
  const dragged = useRef<number | null>(null)
  const [over, setOver] = useState<number | null>(null)

  function drop(at: number): void {
    if (dragged.current !== null) onChange(moved(ids, dragged.current, at))
    dragged.current = null
    setOver(null)
  }

  return (
    <ol className="plan-walk" aria-label={t('plan.cameras')}>
      {ids.map((id, index) => {
        const camera = cameras.find((one) => one.id === id)
        const name = camera?.name ?? id
        const isOutside = !camera || !isWithin(scope, camera)
        return (
          <li
            key={id}
            draggable
            data-camera={id}
            className={over === index ? 'is-over' : undefined}
            onDragStart={() => {
              dragged.current = index
            }}
            onDragOver={(event) => {
              event.preventDefault()
              setOver(index)
            }}
            onDragEnd={() => setOver(null)}
            onDrop={() => drop(index)}
          >
            <span className="plan-number">{index + 1}</span>
            <span className="plan-camera">
              {name}
              {isOutside && <em>{t('plan.outside')}</em>}
            </span>
            <Button
              type="text"
              size="small"
              aria-label={t('plan.up', { name })}
              icon={<Icon name="up" size={16} />}
              disabled={index === 0}
              onClick={() => onChange(moved(ids, index, index - 1))}
            />
            <Button
              type="text"
              size="small"
              aria-label={t('plan.down', { name })}
              icon={<Icon name="down" size={16} />}
              disabled={index === ids.length - 1}
              onClick={() => onChange(moved(ids, index, index + 1))}
            />
            <Button
              type="text"
              size="small"
              aria-label={t('plan.take', { name })}
              icon={<Icon name="close" size={16} />}
              onClick={() => onChange(ids.filter((one) => one !== id))}
            />
          </li>
        )
      })}
    </ol>
  )
}
