import { Button, Select } from 'antd'
import { useMemo, useState } from 'react'
import { type ObservedProperty, observedProperties } from '../../../gateway/domain/observation.ts'
import { mostCompared } from '../../../gateway/domain/resolution.ts'
import type { DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { useIsNarrow } from '../console/use-is-narrow.ts'
import { DeviceSearch, KindField, VillageField } from '../devices/filter-fields.tsx'
import { term } from '../i18n/translate.ts'
import { inPropertyOrder } from '../parts/words.ts'
import { keyOf, type Picked, togglePick } from './history-search.ts'
import { byVillage, type PickFilter, pickable } from './pickable.ts'

interface PickerProps {
  devices: readonly DeviceView[] | undefined
  isFailed: boolean
  picks: readonly Picked[]
  onPicks: (picks: Picked[]) => void
}

/** Devices by village, and what each of them measures; on a phone it opens when it is wanted. */
export function Picker({ devices, isFailed, picks, onPicks }: PickerProps) {
  const { t } = useTown().words
  const isNarrow = useIsNarrow()
  const [isOpen, setOpen] = useState(picks.length === 0)
  const [filter, setFilter] = useState<PickFilter>({ text: '' })
  const shown = useMemo(() => pickable(devices ?? [], filter), [devices, filter])
  const toggle = (one: Picked) => onPicks(togglePick(picks, one))
  return (
    <aside className="panel history-picker" aria-label={t('history.pick')}>
      <div className="history-picked">
        <h2 className="panel-title">
          {t('history.pick')}
          <small>{t('history.picked', { n: picks.length, most: mostCompared })}</small>
        </h2>
        {picks.length > 0 && (
          <Button size="small" onClick={() => onPicks([])}>
            {t('history.clear')}
          </Button>
        )}
        {isNarrow && (
          <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'history.fold' : 'history.unfold')}
          </Button>
        )}
      </div>
      {(isOpen || !isNarrow) && (
        <>
          <PickFilters filter={filter} onFilter={setFilter} />
          {isFailed && !devices && (
            <p className="said" role="alert">
              {t('failure.list')}
            </p>
          )}
          {!devices && !isFailed && <PickSkeleton />}
          {devices && shown.length === 0 && (
            <div className="empty">
              <strong>{t(devices.length === 0 ? 'history.noDevices' : 'devices.noMatch')}</strong>
              <span>
                {t(devices.length === 0 ? 'history.noDevicesNext' : 'devices.noMatchNext')}
              </span>
            </div>
          )}
          <PickList devices={shown} picks={picks} filter={filter} onToggle={toggle} />
        </>
      )}
    </aside>
  )
}

function PickSkeleton() {
  return (
    <div className="history-pick-list" aria-busy="true">
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className="skeleton history-pick-waiting" />
      ))}
    </div>
  )
}

interface PickFiltersProps {
  filter: PickFilter
  onFilter: (filter: PickFilter) => void
}

function PickFilters({ filter, onFilter }: PickFiltersProps) {
  const town = useTown()
  const { t } = town.words
  return (
    <div className="history-pick-filters" role="search">
      <DeviceSearch value={filter.text} onChange={(text) => onFilter({ ...filter, text })} />
      <VillageField
        value={filter.village}
        onChange={(village) => onFilter({ ...filter, village })}
      />
      <Select<ObservedProperty>
        allowClear
        placeholder={t('history.property')}
        aria-label={t('history.property')}
        value={filter.property ?? null}
        onChange={(property?: ObservedProperty) => onFilter({ ...filter, property })}
        options={(Object.keys(observedProperties) as ObservedProperty[]).map((value) => ({
          value,
          label: t(`property.${value}`),
        }))}
      />
      <KindField value={filter.kind} onChange={(kind) => onFilter({ ...filter, kind })} />
    </div>
  )
}

interface PickListProps {
  devices: readonly DeviceView[]
  picks: readonly Picked[]
  filter: PickFilter
  onToggle: (one: Picked) => void
}

function PickList({ devices, picks, filter, onToggle }: PickListProps) {
  const town = useTown()
  const { t } = town.words
  const marks = new Map(picks.map((pick, at) => [keyOf(pick), at + 1]))
  return (
    <div className="history-pick-list">
      {byVillage(devices).map(([village, own]) => (
        <section key={village} aria-label={town.place(village)}>
          <h3>{town.place(village)}</h3>
          <ul>
            {own.map((device) => (
              <li key={device.id}>
                <span>{device.name}</span>
                <div role="group" aria-label={device.name}>
                  {inPropertyOrder(device.latest)
                    .filter(({ property }) => !filter.property || property === filter.property)
                    .map(({ property }) => {
                      const mark = marks.get(keyOf({ device: device.id, property }))
                      return (
                        <button
                          key={property}
                          type="button"
                          className="history-pick"
                          aria-pressed={mark !== undefined}
                          disabled={mark === undefined && picks.length >= mostCompared}
                          onClick={() =>
                            onToggle({ device: device.id, property: property as ObservedProperty })
                          }
                        >
                          {mark !== undefined && <b>{mark}</b>} {term(t, 'property', property)}
                        </button>
                      )
                    })}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {picks.length >= mostCompared && (
        <p className="said" role="status">
          {t('history.full', { n: mostCompared })}
        </p>
      )}
    </div>
  )
}
