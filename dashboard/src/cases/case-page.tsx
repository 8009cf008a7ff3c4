import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ApiError } from '../api/client.ts'
import { caseQuery, devicesQuery } from '../api/queries.ts'
import type { CaseDetail } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { stillOf } from '../console/case-still.ts'
import { StillPicture } from '../console/still-picture.tsx'
import { useIsStale } from '../live/live-status.ts'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueClock } from '../parts/due-clock.tsx'
import { Icon } from '../parts/icon.tsx'
import { AlarmList } from './alarm-list.tsx'
import { CaseActions } from './case-actions.tsx'
import { runningClock } from './case-clock.ts'
import { CaseMap } from './case-map.tsx'
import { CaseMarks } from './case-marks.tsx'
import { CaseReport, isReported, MergedReports } from './case-report.tsx'
import { Composer } from './composer.tsx'
import { EvidenceChart, evidenceChoice } from './evidence-chart.tsx'
import { EvidencePicture } from './evidence-picture.tsx'
import { LocationFacts } from './location-facts.tsx'
import { ClockBars, Stepper } from './stepper.tsx'
import { Timeline } from './timeline.tsx'
import './case.css'

export function CasePage() {
  const { id } = useParams({ from: '/signed-in/cases/$id' })
  const { t } = useTown().words
  const query = useQuery(caseQuery(id))
  return (
    <Shell>
      {query.data ? (
        <CaseBody detail={query.data} />
      ) : query.isError ? (
        <div className="notice" role="alert">
          <strong>
            {t(
              query.error instanceof ApiError && query.error.kind === 'notFound'
                ? 'case.missing'
                : 'failure.away',
            )}
          </strong>
          <Link to="/cases">{t('case.toList')}</Link>
        </div>
      ) : (
        <CaseSkeleton />
      )}
    </Shell>
  )
}

function CaseSkeleton() {
  return (
    <div className="case-skeleton" aria-busy="true">
      <div className="skeleton" style={{ height: 56 }} />
      <div className="skeleton" style={{ height: 80 }} />
      <div className="skeleton" style={{ height: 320 }} />
    </div>
  )
}

function CaseBody({ detail }: { detail: CaseDetail }) {
  const isStale = useIsStale()
  const devices = useQuery(devicesQuery).data ?? []
  const choice = evidenceChoice(detail, detail)
  const isFromPeople = isReported(detail)
  const device = (id: string) => devices.find((item) => item.id === id)
  return (
    <div className={isStale ? 'case is-stale' : 'case'}>
      <CaseHead detail={detail} />
      <Stepper detail={detail} />
      <div className="case-columns">
        <section className="case-evidence">
          <CaseReport detail={detail} />
          {isFromPeople && detail.evidence.length === 0 ? null : (
            <EvidencePart detail={detail} choice={choice} device={device} />
          )}
          {(!isFromPeople || detail.evidence.length > 0) && <AlarmList detail={detail} />}
          <MergedReports detail={detail} />
        </section>
        <section className="case-middle">
          <CaseActions key={detail.id} detail={detail} />
          <Timeline detail={detail} />
          <Composer key={detail.id} detail={detail} />
        </section>
        <aside className="case-side">
          <div className="panel case-map-card">
            <CaseMap one={detail} detail={detail} devices={devices} />
          </div>
          <div className="panel">
            <LocationFacts one={detail} detail={detail} />
          </div>
          <ClockBars detail={detail} />
        </aside>
      </div>
    </div>
  )
}

interface EvidencePartProps {
  detail: CaseDetail
  choice: ReturnType<typeof evidenceChoice>
  device: (id: string) => Parameters<typeof EvidenceChart>[0]['device']
}

function EvidencePart({ detail, choice, device }: EvidencePartProps) {
  const { t } = useTown().words
  const still = choice.pictures.length === 0 ? stillOf(detail, choice.main) : null
  return (
    <>
      <h2 className="panel-title">{t('case.evidence')}</h2>
      {choice.pictures.map((alarm) => (
        <EvidencePicture key={alarm.id} alarm={alarm} device={device(alarm.device) ?? undefined} />
      ))}
      {still !== null && <StillPicture still={still} />}
      {choice.pictures.length === 0 &&
        still === null &&
        choice.charted?.cause.property !== undefined && (
          <p className="said">{t('case.readingsOnly')}</p>
        )}
      {choice.charted &&
      (choice.charted.cause.property !== undefined ||
        (choice.pictures.length === 0 && device(choice.charted.device)?.latest.length)) ? (
        <div className="panel case-chart">
          <EvidenceChart alarm={choice.charted} device={device(choice.charted.device)} leadsOn />
        </div>
      ) : null}
    </>
  )
}

function CaseHead({ detail }: { detail: CaseDetail }) {
  const town = useTown()
  const { t } = town.words
  const clock = runningClock(detail.state)
  const title = town.title(detail)
  const parts = [
    t('desk.case', { number: detail.number }),
    t('case.tier', { tier: t(`tier.${detail.tier}`) }),
    t('case.unit', { unit: detail.unit }),
    ...(detail.source === 'alarm' ? [] : [t(`source.${detail.source}`)]),
    detail.holder ? t('desk.holder', { name: detail.holder.name }) : t('desk.nobody'),
  ]
  return (
    <header className="case-head">
      <Link to="/cases" className="case-back" aria-label={t('case.toList')}>
        <Icon name="back" size={20} />
      </Link>
      <Badge severity={detail.severity} size={40} state={badgeState(detail)} />
      <div className="desk-words">
        <h1>{title}</h1>
        <p className="second">{parts.join(' · ')}</p>
      </div>
      <CaseMarks one={detail} />
      <span className="case-state">{t(`state.${detail.state}`)}</span>
      {detail.state !== 'closed' && detail.state !== 'void' && detail.state !== 'merged' && (
        <DueClock one={detail} limitMin={clock === null ? null : detail.clocks[clock]} />
      )}
    </header>
  )
}
