import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useState } from 'react'
import { caseQuery } from '../api/queries.ts'
import type { CaseView, DeviceView } from '../api/types.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { AlarmList } from '../cases/alarm-list.tsx'
import { runningClock } from '../cases/case-clock.ts'
import { CaseMap } from '../cases/case-map.tsx'
import { CaseMarks } from '../cases/case-marks.tsx'
import { EvidenceChart, evidenceChoice } from '../cases/evidence-chart.tsx'
import { Facts } from '../cases/facts.tsx'
import { LocationFacts } from '../cases/location-facts.tsx'
import { TownMap } from '../map/town-map.tsx'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueClock } from '../parts/due-clock.tsx'
import { stillOf } from './case-still.ts'
import type { Wish } from './console-page.tsx'
import { DeskActions } from './desk-actions.tsx'
import { DeskEvidence } from './desk-evidence.tsx'
import { Lanes } from './lanes.tsx'

interface DeskCaseProps {
  one: CaseView
  devices: readonly DeviceView[]
  others: readonly CaseView[]
  wish: Wish | null
  isMapFull: boolean
  /** The live picture is wanted beside that of the alarm. */
  isLive: boolean
  onLive: (isLive: boolean) => void
  onDialog: (isOpen: boolean) => void
  onSelect: (id: string) => void
}

export function DeskCase({
  one,
  devices,
  others,
  wish,
  isMapFull,
  isLive,
  onLive,
  onDialog,
  onSelect,
}: DeskCaseProps) {
  const { t } = useTown().words
  const detail = useQuery(caseQuery(one.id)).data
  const [tab, setTab] = useState<'evidence' | 'map'>('evidence')
  const choice = evidenceChoice(detail, one)
  const device = (id: string) => devices.find((item) => item.id === id)
  const hasStill = stillOf(detail, choice.main) !== null
  const shown = isMapFull ? 'map' : tab
  return (
    <>
      <main className={`desk is-${shown}`}>
        <DeskHead one={one} limitMin={limitOf(one, detail?.clocks)} />
        <Segmented
          className="desk-tabs"
          aria-label={t('desk.views')}
          value={shown}
          onChange={setTab}
          options={[
            { value: 'evidence', label: t('desk.evidence') },
            { value: 'map', label: t('desk.map') },
          ]}
        />
        <div className="desk-evidence">
          <DeskEvidence {...{ one, detail, choice, devices, isLive, onLive }} />
          <Facts alarm={choice.main} other={choice.pictures[1]} one={one} />
        </div>
        <DeskActions one={one} detail={detail} wish={wish} onDialog={onDialog} />
      </main>
      <aside className="desk-side">
        <CaseMap one={one} detail={detail} devices={devices} others={others} onOpen={onSelect} />
        <LocationFacts one={one} detail={detail} />
      </aside>
      <section className="desk-lanes" aria-label={t('lanes.title')}>
        <Lanes one={one} detail={detail} devices={devices} />
      </section>
      <section className="desk-corner">
        {(choice.pictures.length > 0 || hasStill) &&
        choice.charted?.cause.property !== undefined ? (
          <EvidenceChart
            alarm={choice.charted}
            device={choice.charted && device(choice.charted.device)}
          />
        ) : (
          <AlarmList detail={detail} />
        )}
      </section>
    </>
  )
}

function limitOf(
  one: CaseView,
  clocks: Record<'accept' | 'dispatch' | 'sign' | 'handle', number> | undefined,
): number | null {
  const clock = runningClock(one.state)
  return clock === null || !clocks ? null : clocks[clock]
}

function DeskHead({ one, limitMin }: { one: CaseView; limitMin: number | null }) {
  const town = useTown()
  const { t } = town.words
  const title = town.title(one)
  return (
    <header className="desk-head">
      <Badge severity={one.severity} size={40} state={badgeState(one)} />
      <div className="desk-words">
        <h1 className="one-line" title={title}>
          {title}
        </h1>
        <p className="second one-line">
          {[
            t('desk.case', { number: one.number }),
            t('desk.alarms', { n: one.alarms }),
            t('desk.opened', { time: timeWithSeconds(one.openedAt, town.zone) }),
            one.holder ? t('desk.holder', { name: one.holder.name }) : t('desk.nobody'),
          ].join(' · ')}
        </p>
      </div>
      <CaseMarks one={one} most={2} isShort />
      <DueClock one={one} limitMin={limitMin} />
    </header>
  )
}

/** Nothing asks for work: the town itself, so that the page is never a blank. */
export function DeskCalm({
  isLoading,
  devices,
}: {
  isLoading: boolean
  devices: readonly DeviceView[]
}) {
  const town = useTown()
  const navigate = useNavigate()
  const { t } = town.words
  return (
    <main className="desk-calm" aria-busy={isLoading}>
      {!isLoading && (
        <div className="desk-calm-words">
          <h1>{t('desk.calm')}</h1>
          <p className="second">{t('desk.calmNext')}</p>
          <button type="button" className="chip" onClick={() => void navigate({ to: '/cases' })}>
            {t('desk.calmCases')}
          </button>
        </div>
      )}
      <div className="desk-calm-map">
        <TownMap places={town.places} devices={devices} marks={[]} label={t('map.town')} />
      </div>
    </main>
  )
}
