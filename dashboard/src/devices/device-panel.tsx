import { Link } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import type { DeviceView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { SeriesChart } from '../chart/series-chart.tsx'
import { term } from '../i18n/translate.ts'
import { TownMap } from '../map/town-map.tsx'
import { Icon } from '../parts/icon.tsx'
import { inPropertyOrder, unitOf, withUnit } from '../parts/words.ts'
import { CalibrationSection } from './calibration-section.tsx'
import { AccessMarks, AccessNotes, DeviceAccess } from './device-access.tsx'
import { Presence } from './device-row.tsx'

const spans = { day: 24, week: 7 * 24, month: 30 * 24 } as const
type Span = keyof typeof spans

/** One device: where it stands, what it says now, how that was over a day, a week, a month. */
export function DevicePanel({ device }: { device: DeviceView }) {
  const town = useTown()
  const { t } = town.words
  const active = useMemo(() => new Set([device.id]), [device.id])
  const own = useMemo(() => [device], [device])
  return (
    <aside className="panel device-panel" aria-label={device.name}>
      <header>
        <div>
          <h2>{device.name}</h2>
          <p className="second">
            {device.id} · {t(`kind.${device.kind}`)} · {town.place(device.grid ?? device.village)} ·{' '}
            {t(`deviceState.${device.state}`)}
          </p>
        </div>
        <Presence online={device.online} />
        <AccessMarks device={device} />
        <Link to="/devices" search={{}} className="chip" aria-label={t('dialog.close')}>
          <Icon name="back" size={16} /> {t('dialog.close')}
        </Link>
      </header>
      <AccessNotes device={device} />
      {device.latest.length === 0 ? (
        <p className="said">{t('devices.noReadings')}</p>
      ) : (
        <Readings device={device} />
      )}
      <div className="device-map">
        <TownMap
          places={town.places}
          devices={own}
          active={active}
          marks={[]}
          around={{ point: [device.lon, device.lat], metres: 1_500 }}
          label={t('map.device', { name: device.name })}
        />
      </div>
      <CalibrationSection device={device} />
      <DeviceAccess device={device} />
    </aside>
  )
}

function Readings({ device }: { device: DeviceView }) {
  const { words, zone } = useTown()
  const { t } = words
  const [property, setProperty] = useState(() => inPropertyOrder(device.latest)[0]?.property ?? '')
  const [span, setSpan] = useState<Span>('day')
  const [openedAt] = useState(() => Math.ceil(serverNow() / 60_000) * 60_000)
  const window = useMemo(
    () => ({ device: device.id, property, from: openedAt - spans[span] * 3_600_000, to: openedAt }),
    [device.id, property, span, openedAt],
  )
  const name = term(t, 'property', property)
  return (
    <>
      <div className="reading-tiles" role="group" aria-label={t('devices.readings')}>
        {inPropertyOrder(device.latest).map((one) => (
          <button
            key={one.property}
            type="button"
            className="reading-tile"
            aria-pressed={one.property === property}
            onClick={() => setProperty(one.property)}
          >
            <span className="second">{term(t, 'property', one.property)}</span>
            <span className="figure">{withUnit(one.value, one.property)}</span>
            <span className="quiet">{shortTime(one.at, openedAt, zone)}</span>
          </button>
        ))}
      </div>
      <div className="device-chart-head">
        <h3 className="panel-title">
          {name}
          <small>{unitOf(property)}</small>
        </h3>
        <Link
          className="chip"
          to="/history"
          search={{ s: `${device.id}:${property}`, ...(span === 'day' ? {} : { last: span }) }}
          aria-label={t('history.openFor', { name: `${device.name} ${name}` })}
        >
          {t('history.open')}
        </Link>
        <Segmented
          aria-label={t('chart.span')}
          value={span}
          onChange={setSpan}
          options={[
            { value: 'day', label: t('span.day') },
            { value: 'week', label: t('span.week') },
            { value: 'month', label: t('span.month') },
          ]}
        />
      </div>
      <div className="device-chart">
        <SeriesChart
          window={window}
          label={t('chart.label', { device: device.name, property: name })}
        />
      </div>
    </>
  )
}
