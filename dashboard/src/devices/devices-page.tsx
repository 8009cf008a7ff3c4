import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Input, Segmented, Select } from 'antd'
import { useMemo, useState } from 'react'
import { deviceKinds } from '../../../gateway/domain/device.ts'
import { devicesQuery } from '../api/queries.ts'
import type { DeviceView } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown, villageOfScope, worksAtDesk } from '../app/town.ts'
import { useIsStale } from '../live/live-status.ts'
import { Icon } from '../parts/icon.tsx'
import { type DeviceFilter, filterDevices } from './device-filter.ts'
import { DevicePanel } from './device-panel.tsx'
import { DeviceRow } from './device-row.tsx'
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
      <Input
        allowClear={{ clearIcon: <Icon name="close" size={14} /> }}
        value={filter.text}
        placeholder={t('devices.search')}
        aria-label={t('devices.search')}
        prefix={<Icon name="search" size={16} />}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
      />
      <Select
        allowClear
        placeholder={t('filter.kind')}
        aria-label={t('filter.kind')}
        value={filter.kind}
        onChange={(kind?: string) => onFilter({ ...filter, kind })}
        options={deviceKinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
      />
      {villageOfScope(town.session.person.scope) === null && (
        <Select
          allowClear
          placeholder={t('filter.village')}
          aria-label={t('filter.village')}
          value={filter.village}
          onChange={(village?: string) => onFilter({ ...filter, village })}
          options={town.places
            .filter((place) => place.level === 'village')
            .map((place) => ({ value: place.code, label: place.name }))}
        />
      )}
    </div>
  )
}
