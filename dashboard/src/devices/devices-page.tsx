import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import type { DeviceView } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown, worksAtDesk } from '../app/town.ts'
import { useIsStale } from '../live/live-status.ts'
import { type DeviceFilter, filterDevices } from './device-filter.ts'
import { DevicePanel } from './device-panel.tsx'
import { DeviceRow } from './device-row.tsx'
import { DeviceSearch, KindField, VillageField } from './filter-fields.tsx'
import './devices.css'

export function DevicesPage() {
  const { t } = useTown().words
  const { device: chosen } = useSearch({ from: '/signed-in/devices' })
  const isStale = useIsStale()
  const query = useQuery(devicesQuery)
  const [filter, setFilter] = useState<DeviceFilter>({ presence: 'all', text: '' })
  const shown = useMemo(() => filterDevices(query.data ?? [], filter), [query.data, filter])
  const device = query.data?.find((one) => one.id === chosen)
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('nav.devices')}</h1>
        <Filters all={query.data ?? []} filter={filter} onFilter={setFilter} />
      </div>
      <div className={`devices${device ? ' has-device' : ''}${isStale ? ' is-stale' : ''}`}>
        <div className="panel device-rows">
          {query.isError && !query.data && (
            <p className="said" role="alert">
              {t('failure.list')}
            </p>
          )}
          {query.isPending &&
            [0, 1, 2, 3, 4, 5].map((row) => <div key={row} className="skeleton device-skeleton" />)}
          {query.data && shown.length === 0 && <NoDevices isEmpty={query.data.length === 0} />}
          <ul>
            {shown.map((one) => (
              <DeviceRow key={one.id} device={one} isChosen={one.id === chosen} />
            ))}
          </ul>
        </div>
        {device && <DevicePanel key={device.id} device={device} />}
      </div>
    </Shell>
  )
}

function NoDevices({ isEmpty }: { isEmpty: boolean }) {
  const { session, words } = useTown()
  const { t } = words
  return (
    <div className="empty">
      <strong>{t(isEmpty ? 'devices.none' : 'devices.noMatch')}</strong>
      {isEmpty && worksAtDesk(session.person.role) ? (
        <Link to="/quarantine">{t('devices.noneNext')}</Link>
      ) : (
        <span>{t(isEmpty ? 'devices.noneAsk' : 'devices.noMatchNext')}</span>
      )}
    </div>
  )
}

interface FiltersProps {
  all: readonly DeviceView[]
  filter: DeviceFilter
  onFilter: (filter: DeviceFilter) => void
}

function Filters({ all, filter, onFilter }: FiltersProps) {
  const town = useTown()
  const { t } = town.words
  const navigate = useNavigate()
  const count = (online: boolean | null) => all.filter((one) => one.online === online).length
  return (
    <div className="filters">
      <Segmented<DeviceFilter['presence']>
        aria-label={t('filter.state')}
        value={filter.presence}
        onChange={(presence) => {
          onFilter({ ...filter, presence })
          void navigate({ to: '/devices', search: {} })
        }}
        options={[
          { value: 'all', label: `${t('devices.all')} ${all.length}` },
          { value: 'offline', label: `${t('devices.offline')} ${count(false)}` },
          { value: 'online', label: `${t('devices.online')} ${count(true)}` },
          { value: 'unknown', label: `${t('devices.unknown')} ${count(null)}` },
        ]}
      />
      <DeviceSearch value={filter.text} onChange={(text) => onFilter({ ...filter, text })} />
      <KindField value={filter.kind} onChange={(kind) => onFilter({ ...filter, kind })} />
      <VillageField
        value={filter.village}
        onChange={(village) => onFilter({ ...filter, village })}
      />
    </div>
  )
}
