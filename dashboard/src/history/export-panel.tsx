import { useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useState } from 'react'
import { type ObservedProperty, observedProperties } from '../../../gateway/domain/observation.ts'
import type { ExportAsked } from '../api/history-queries.ts'
import { devicesQuery } from '../api/queries.ts'
import { serverNow } from '../app/now.ts'
import { dayOf } from '../app/time.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { ExportFile } from './export-file.tsx'
import { dayEnd, dayStart } from './town-day.ts'

const formats = ['csv', 'parquet', 'line'] as const
type Format = (typeof formats)[number]
const formatNames: Record<Format, string> = {
  csv: 'CSV',
  parquet: 'Parquet',
  line: 'Line protocol',
}

interface Wanted {
  format: Format
  village?: string | undefined
  devices: string[]
  properties: ObservedProperty[]
  /** YYYY-MM-DD, both meant whole. */
  from: string
  to: string
}

const week = 7 * 86_400_000

function asked(
  { format, village, devices, properties, from, to }: Wanted,
  zone: string,
): ExportAsked {
  return {
    format,
    ...(devices.length > 0 ? { device: devices } : { place: village }),
    ...(properties.length > 0 ? { property: properties } : {}),
    from: dayStart(from, zone),
    to: dayEnd(to, zone),
  }
}

/** What goes out: of which devices, what, of which days, in which form. */
export function ExportPanel() {
  const { words, zone } = useTown()
  const { t } = words
  const [wanted, setWanted] = useState<Wanted>(() => ({
    format: 'csv',
    devices: [],
    properties: [],
    from: dayOf(serverNow() - week, zone),
    to: dayOf(serverNow(), zone),
  }))
  const change = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part })
  return (
    <section className="panel history-files" aria-label={t('files.export')}>
      <h2 className="panel-title">
        {t('files.export')}
        <small>{t('files.exportWhat')}</small>
      </h2>
      <div className="history-fields">
        <ExportWhere wanted={wanted} onChange={change} />
        <Field label={t('files.properties')}>
          <Select<ObservedProperty[]>
            mode="multiple"
            maxTagCount="responsive"
            placeholder={t('files.allProperties')}
            aria-label={t('files.properties')}
            value={wanted.properties}
            onChange={(properties) => change({ properties })}
            options={(Object.keys(observedProperties) as ObservedProperty[]).map((value) => ({
              value,
              label: t(`property.${value}`),
            }))}
          />
        </Field>
        <Field label={t('files.days')}>
          <span className="history-days">
            <DayInput
              label={t('audit.fromDay')}
              value={wanted.from}
              max={wanted.to}
              onChange={(from) => from !== '' && change({ from })}
            />
            <DayInput
              label={t('audit.toDay')}
              value={wanted.to}
              min={wanted.from}
              onChange={(to) => to !== '' && change({ to })}
            />
          </span>
        </Field>
        <Field label={t('files.format')}>
          <Segmented<Format>
            aria-label={t('files.format')}
            value={wanted.format}
            onChange={(format) => change({ format })}
            options={formats.map((value) => ({
              value,
              label: <span lang="en">{formatNames[value]}</span>,
            }))}
          />
        </Field>
      </div>
      <p className="second">{t(`files.format.${wanted.format}`)}</p>
      <ExportFile asked={asked(wanted, zone)} />
    </section>
  )
}

function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="history-field">
      <span className="second">{label}</span>
      {children}
    </div>
  )
}

interface ExportWhereProps {
  wanted: Wanted
  onChange: (part: Partial<Wanted>) => void
}

function ExportWhere({ wanted, onChange }: ExportWhereProps) {
  const town = useTown()
  const { t } = town.words
  const devices = useQuery(devicesQuery).data ?? []
  const own = devices.filter(({ village }) => !wanted.village || village === wanted.village)
  return (
    <>
      {villageOfScope(town.session.person.scope) === null && (
        <Field label={t('files.village')}>
          <Select
            allowClear
            placeholder={t('history.wholeTown')}
            aria-label={t('files.village')}
            value={wanted.village}
            onChange={(village?: string) => onChange({ village, devices: [] })}
            options={town.places
              .filter(({ level }) => level === 'village')
              .map(({ code, name }) => ({ value: code, label: name }))}
          />
        </Field>
      )}
      <Field label={t('files.devices')}>
        <Select<string[]>
          mode="multiple"
          maxCount={200}
          maxTagCount="responsive"
          placeholder={t('files.allDevices')}
          aria-label={t('files.devices')}
          showSearch={{ optionFilterProp: 'label' }}
          value={wanted.devices}
          onChange={(ids) => onChange({ devices: ids })}
          options={own.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Field>
    </>
  )
}
