import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useMemo, useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import { useTown } from '../app/town.ts'
import { TownMap } from '../map/town-map.tsx'
import '../cases/report.css'
import { AimFields } from './aim-fields.tsx'
import { viewSights } from './camera-aim.tsx'
import { type Draft, missingOf, placed } from './new-cameras.ts'
import type { ProbeRow } from './probe-queue.ts'

interface PlacesProps {
  drafts: readonly Draft[]
  /** Of all devices and drafts, to see which are taken. */
  ids: readonly string[]
  rows: readonly ProbeRow[]
  onDrafts: (drafts: readonly Draft[]) => void
}

/** One after the other: a name, a click on the map, and where it looks. */
export function JoinPlaces({ drafts, ids, rows, onDrafts }: PlacesProps) {
  const { t } = useTown().words
  const [chosen, setChosen] = useState(drafts[0]?.address ?? '')
  const draft = drafts.find(({ address }) => address === chosen) ?? drafts[0]
  const change = (next: Draft) =>
    onDrafts(drafts.map((one) => (one.address === next.address ? next : one)))
  return (
    <div className="join-places">
      <ul className="join-drafts" aria-label={t('join.chosen')}>
        {drafts.map((one) => {
          const missing = missingOf(one, ids)
          const still = rows.find(({ address }) => address === one.address)?.answer?.still
          return (
            <li key={one.address}>
              <button
                type="button"
                className="join-draft"
                aria-pressed={one === draft}
                onClick={() => setChosen(one.address)}
              >
                <span className="probe-picture">
                  {still && <img src={`data:image/jpeg;base64,${still}`} alt="" />}
                </span>
                <span className="join-draft-words">
                  <b className="one-line">{one.name}</b>
                  <span className={missing.length === 0 ? 'second' : 'join-missing'}>
                    {missing[0] === undefined
                      ? t('join.complete')
                      : t(`join.missing.${missing[0]}`)}
                  </span>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      {draft && <DraftForm key={draft.address} draft={draft} onChange={change} />}
    </div>
  )
}

interface FormProps {
  draft: Draft
  onChange: (draft: Draft) => void
}

function DraftForm({ draft, onChange }: FormProps) {
  const town = useTown()
  const { t } = town.words
  const devices = useQuery(devicesQuery).data ?? []
  const { point } = draft
  const sights = useMemo(() => (point ? viewSights(point, draft) : []), [point, draft])
  return (
    <div className="join-draft-form">
      <div className="join-names">
        <label className="join-label">
          <span>{t('adopt.name')}</span>
          <Input
            value={draft.name}
            maxLength={80}
            onChange={(event) => onChange({ ...draft, name: event.target.value })}
          />
        </label>
        <label className="join-label">
          <span>{t('adopt.id')}</span>
          <Input
            className="mono"
            value={draft.id}
            maxLength={64}
            spellCheck={false}
            onChange={(event) => onChange({ ...draft, id: event.target.value })}
          />
        </label>
        <label className="join-label">
          <span>{t('filter.village')}</span>
          <Select
            value={draft.village ?? undefined}
            placeholder={t('join.villageByMap')}
            onChange={(village: string) => onChange({ ...draft, village })}
            options={town.places
              .filter(({ level }) => level === 'village')
              .map(({ code, name }) => ({ value: code, label: name }))}
          />
        </label>
      </div>
      <div className="report-map">
        <TownMap
          places={town.places}
          devices={devices}
          marks={[]}
          sights={sights}
          label={t('join.map')}
          picked={point ?? undefined}
          onPick={(next) => onChange(placed(draft, next, town.places))}
        >
          {point === null && <span className="map-note">{t('join.map')}</span>}
        </TownMap>
      </div>
      <AimFields value={draft} onChange={(aimed) => onChange({ ...draft, ...aimed })} />
    </div>
  )
}
