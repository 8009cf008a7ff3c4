import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import type { VideoCoverageView } from '../api/types.ts'
import { videoCoverageQuery } from '../api/video-queries.ts'
import { useNow } from '../app/now.ts'
import { dayOf, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { dashed } from '../parts/day-calendar.ts'
import { Icon } from '../parts/icon.tsx'
import { totals, unwatched } from './coverage.ts'
import { CoverageTable } from './coverage-table.tsx'
import { spanOfDays } from './rounds.ts'
import './coverage.css'

const spans = [14, 30] as const
const mostNamed = 12

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function CoverageTab({ title, choice }: TabProps) {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  const [days, setDays] = useState<(typeof spans)[number]>(14)
  const [village, setVillage] = useState<string | null>(null)
  const query = useQuery(videoCoverageQuery(spanOfDays(now, days, town.zone)))
  const known = new Set(query.data?.cameras.map((camera) => camera.village))
  const villages = town.places.filter(({ code }) => known.has(code))
  return (
    <>
      <div className="page-head calendar-head">
        {title}
        {choice}
        <Segmented
          aria-label={t('coverage.span')}
          value={days}
          onChange={setDays}
          options={spans.map((n) => ({ value: n, label: t('coverage.days', { n }) }))}
        />
        {villages.length > 1 && (
          <Select
            className="coverage-village"
            aria-label={t('coverage.village')}
            value={village}
            onChange={setVillage}
            options={[
              { value: null, label: t('coverage.allVillages') },
              ...villages.map(({ code }) => ({ value: code, label: town.place(code) })),
            ]}
          />
        )}
        <span className="grow" />
        <Button className="calendar-print" onClick={() => window.print()}>
          {t('coverage.print')}
        </Button>
      </div>
      <div className="page-body calendar-page coverage">
        {query.isError && !query.data && (
          <p className="said" role="alert">
            {t('coverage.away')}
          </p>
        )}
        {query.isPending && <div className="panel skeleton coverage-waiting" aria-busy="true" />}
        {query.data && <Covered coverage={query.data} village={village} now={now} />}
      </div>
    </>
  )
}

interface CoveredProps {
  coverage: VideoCoverageView
  village: string | null
  now: number
}

function Covered({ coverage, village, now }: CoveredProps) {
  const { session, words, zone } = useTown()
  const { t } = words
  const { days, from, to } = coverage
  const cameras = coverage.cameras.filter((one) => village === null || one.village === village)
  if (cameras.length === 0)
    return (
      <div className="panel empty">
        <strong>{t('coverage.none')}</strong>
        <span>{t('coverage.noneNext')}</span>
      </div>
    )
  const today = days.findIndex((day) => dashed(day) === dayOf(now, zone))
  const printed = { town: session.town.name, from: dashed(from), to: dashed(to) }
  return (
    <>
      <p className="print-only">{t('coverage.printed', { ...printed, at: stamp(now, zone) })}</p>
      <Unwatched cameras={cameras} days={days.length} today={today} />
      <CoverageTable days={days} cameras={cameras} today={today} />
    </>
  )
}

interface UnwatchedProps {
  cameras: VideoCoverageView['cameras']
  days: number
  today: number
}

/** What nobody watched is said first. */
function Unwatched({ cameras, days, today }: UnwatchedProps) {
  const { t } = useTown().words
  const nobody = unwatched(cameras)
  const all = totals(cameras, today)
  const named = nobody.slice(0, mostNamed).map(({ name }) => name)
  const more = nobody.length - named.length
  return (
    <section className="panel coverage-said">
      <p className={nobody.length > 0 ? 'coverage-nobody' : 'coverage-all'}>
        <Icon name={nobody.length > 0 ? 'warning' : 'check'} size={18} />
        <strong>
          {nobody.length > 0
            ? t('coverage.unwatched', { n: days, count: nobody.length })
            : t('coverage.allWatched', { n: days })}
        </strong>
      </p>
      {nobody.length > 0 && (
        <p>
          {named.join(t('list.comma'))} {more > 0 && t('coverage.more', { n: nobody.length })}
        </p>
      )}
      <p className="second">
        {all.planned > 0 ? t('coverage.gaps', { ...all }) : t('coverage.nothingPlanned')}
      </p>
    </section>
  )
}
