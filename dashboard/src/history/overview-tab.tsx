import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Segmented, Select } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { type PropertyClass, propertyClassNames } from '../../../gateway/domain/property-class.ts'
import { marksQuery, overviewQuery } from '../api/history-queries.ts'
import { devicesQuery } from '../api/queries.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import type { View } from '../chart/plot-series.ts'
import { SmallPlot } from '../chart/small-plot.tsx'
import { useIsNarrow } from '../console/use-is-narrow.ts'
import { term } from '../i18n/translate.ts'
import { Badge } from '../parts/badge.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { withUnit } from '../parts/words.ts'
import { type HistorySearch, keyOf, type Last, lasts, windowOf } from './history-search.ts'
import { type OverviewGroup, overviewGroups, representatives, type SmallChart } from './overview.ts'
import { useHistorySearch } from './use-history-search.ts'

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

/** All of a place at one look: what differs from its neighbours is seen, and leads on. */
export function OverviewTab({ title, choice }: TabProps) {
  const { session } = useTown()
  const { search } = useHistorySearch()
  const place = search.place ?? session.person.scope
  return (
    <>
      <div className="page-head history-head">
        {title}
        {choice}
      </div>
      <div className="page-body">
        <OverviewChoices place={place} />
        <Overview place={place} />
      </div>
    </>
  )
}

function OverviewChoices({ place }: { place: string }) {
  const town = useTown()
  const { t } = town.words
  const { search, change } = useHistorySearch()
  const villages = town.places.filter(({ level }) => level === 'village')
  return (
    <div className="history-choices">
      {villageOfScope(town.session.person.scope) === null && (
        <Select
          className="history-place"
          aria-label={t('history.place')}
          value={place}
          onChange={(next) =>
            change({ place: next === town.session.person.scope ? undefined : next })
          }
          options={[
            { value: town.session.person.scope, label: t('history.wholeTown') },
            ...villages.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
      )}
      <ClassChoice />
      <Select<Last>
        aria-label={t('history.span')}
        value={search.last ?? 'day'}
        onChange={(last) => change({ last: last === 'day' ? undefined : last })}
        options={lasts.map((value) => ({ value, label: t(`history.last.${value}`) }))}
      />
      <Segmented<'name' | 'highest'>
        aria-label={t('history.sort')}
        value={search.sort ?? 'name'}
        onChange={(sort) => change({ sort: sort === 'name' ? undefined : sort })}
        options={[
          { value: 'name', label: t('history.sort.name') },
          { value: 'highest', label: t('history.sort.highest') },
        ]}
      />
    </div>
  )
}

/** Five words do not stand beside each other on a phone. */
function ClassChoice() {
  const { t } = useTown().words
  const { search, change } = useHistorySearch()
  const isNarrow = useIsNarrow()
  const choice = {
    'aria-label': t('history.class'),
    value: search.class ?? 'air',
    onChange: (next: PropertyClass) => change({ class: next === 'air' ? undefined : next }),
    options: propertyClassNames.map((value) => ({ value, label: t(`propertyClass.${value}`) })),
  }
  return isNarrow ? (
    <Select<PropertyClass> className="history-place" {...choice} />
  ) : (
    <Segmented<PropertyClass> {...choice} />
  )
}

function useGroups(place: string, search: HistorySearch) {
  const devices = useQuery(devicesQuery).data
  const now = useNow()
  const { from, to } = windowOf({ last: search.last }, now)
  const view = useMemo(() => ({ from, to }), [from, to])
  const query = useQuery(overviewQuery({ place, class: search.class ?? 'air', from, to }))
  const series = useMemo(
    () => (query.data && devices ? representatives(query.data.items, devices) : []),
    [query.data, devices],
  )
  // A minute of it: the lines are wanted, not the alarms.
  const marks = useQuery(marksQuery({ series, from: to - 60_000, to })).data
  const groups = useMemo(
    () =>
      query.data &&
      overviewGroups(
        query.data,
        { devices: devices ?? [], thresholds: marks?.thresholds ?? [], until: to },
        search.sort ?? 'name',
      ),
    [query.data, devices, marks, search.sort, to],
  )
  return { query, groups, view }
}

function Overview({ place }: { place: string }) {
  const { t } = useTown().words
  const { search } = useHistorySearch()
  const { query, groups, view } = useGroups(place, search)
  if (query.isError && !groups)
    return (
      <p className="said" role="alert">
        {failureWords(query.error, t, { away: 'history.away', invalid: 'history.tooMany' })}
      </p>
    )
  if (!groups) return <OverviewSkeleton />
  if (groups.length === 0)
    return (
      <div className="panel empty">
        <strong>{t('history.overviewNone')}</strong>
        <span>{t('history.overviewNoneNext')}</span>
      </div>
    )
  return (
    <div className="history-groups" aria-busy={query.isPlaceholderData}>
      {groups.map((group) => (
        <SmallCharts key={group.property} group={group} view={view} last={search.last} />
      ))}
    </div>
  )
}

function OverviewSkeleton() {
  return (
    <div className="small-charts" aria-busy="true">
      {[0, 1, 2, 3, 4, 5, 6, 7].map((card) => (
        <div key={card} className="panel skeleton small-waiting" />
      ))}
    </div>
  )
}

interface SmallChartsProps {
  group: OverviewGroup
  view: View
  last: Last | undefined
}

const round = (value: number) => Number(value.toPrecision(3))

function SmallCharts({ group, view, last }: SmallChartsProps) {
  const { t } = useTown().words
  const { property, unit, min, max, charts } = group
  const beyond = charts.filter((chart) => chart.beyond !== null).length
  return (
    <section aria-label={term(t, 'property', property)}>
      <h2 className="panel-title">
        {term(t, 'property', property)}
        <small>
          {t('history.sameScale', { from: round(min), to: round(max), unit })}
          {beyond > 0 && ` · ${t('history.beyondCount', { n: beyond })}`}
        </small>
      </h2>
      <ul className="small-charts">
        {charts.map((chart) => (
          <SmallCard key={chart.series.key} chart={chart} group={group} view={view} last={last} />
        ))}
      </ul>
    </section>
  )
}

interface SmallCardProps extends SmallChartsProps {
  chart: SmallChart
}

function SmallCard({ chart, group, view, last }: SmallCardProps) {
  const { words, zone, place } = useTown()
  const { t } = words
  const now = useNow()
  const { item, series, limits, beyond } = chart
  const isOld = item.latest === null || item.latest[0] < view.from
  return (
    <li>
      <Link
        to="/history"
        search={{ s: keyOf(item), last }}
        className={beyond ? `panel small-card is-${beyond.severity}` : 'panel small-card'}
      >
        <span className="small-name">
          <b className="one-line" title={item.deviceName}>
            {item.deviceName}
          </b>
          <span className="second one-line">{place(item.village)}</span>
        </span>
        <span className="small-value">
          <span className="small-figure">
            {beyond && <Badge severity={beyond.severity} size={18} decorative />}
            <b className="figure">
              {item.latest === null ? '–' : withUnit(item.latest[1], item.property)}
            </b>
          </span>
          <span className={isOld ? 'quiet' : 'second'}>
            {item.latest === null ? t('history.missing') : shortTime(item.latest[0], now, zone)}
          </span>
        </span>
        <SmallPlot
          series={series}
          view={view}
          min={group.min}
          max={group.max}
          limits={[...new Set(limits.map(({ value }) => value))]}
        />
        {beyond && (
          <span className="small-beyond one-line">
            {t(`history.limit.${beyond.side}`, { name: beyond.name, n: beyond.value })}
          </span>
        )}
      </Link>
    </li>
  )
}
