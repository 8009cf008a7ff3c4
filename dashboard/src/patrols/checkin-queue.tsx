import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useMemo, useState } from 'react'
import { type CheckinMark, checkinMarks } from '../../../gateway/domain/checkin.ts'
import {
  type CheckinSearch,
  checkinQuery,
  checkinsQuery,
  patrolRoutesQuery,
} from '../api/patrol-queries.ts'
import type { CheckinView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { CheckinDetail } from './checkin-detail.tsx'
import { useCheckinKeys } from './checkin-keys.ts'
import { CheckinMarks } from './checkin-marks.tsx'
import { nextAfter, pointName, steppedTo } from './checkins.ts'
import { VillageSelect } from './village-select.tsx'

interface Filter {
  mark: CheckinMark | null
  village: string | null
  team: string | null
}

const everything: Filter = { mark: null, village: null, team: null }

/** By the gateway, so that a filter finds what lies on later pages too. */
function searchOf({ mark, village, team }: Filter): CheckinSearch {
  return {
    waiting: true,
    ...(mark !== null && { mark }),
    ...(village !== null && { village }),
    ...(team !== null && { team }),
  }
}

export function CheckinQueue() {
  const { t } = useTown().words
  const [filter, setFilter] = useState(everything)
  const query = useInfiniteQuery(checkinsQuery(searchOf(filter)))
  const shown = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data])
  const { chosen, choose, isNamed } = useChosen(shown)
  const one = useShown(chosen, shown)
  const step = (by: 1 | -1) => choose(steppedTo(shown ?? [], chosen, by))
  useCheckinKeys(true, { next: () => step(1), previous: () => step(-1) })
  if (query.isError && !shown)
    return (
      <p className="said checkins-said" role="alert">
        {t('failure.list')}
      </p>
    )
  if (!shown) return <div className="checkins skeleton checkins-waiting" aria-busy="true" />
  if (shown.length === 0 && filter === everything && !isNamed)
    return (
      <div className="page-body">
        <div className="panel empty">
          <strong>{t('checkins.none')}</strong>
          <span>{t('checkins.noneNext')}</span>
        </div>
      </div>
    )
  return (
    <div className={isNamed ? 'checkins is-named' : 'checkins'}>
      <section className="panel checkin-queue" aria-label={t('checkins.queue')}>
        <Filters
          count={shown.length}
          hasMore={query.hasNextPage}
          filter={filter}
          onFilter={setFilter}
        />
        <QueueList shown={shown} chosen={chosen} onChoose={choose} />
        {query.hasNextPage && (
          <Button
            type="text"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('checkins.more')}
          </Button>
        )}
      </section>
      {one ? (
        <CheckinDetail
          key={one.id}
          checkin={one}
          onBack={() => choose(null)}
          onReviewed={() => choose(nextAfter(shown, one.id))}
          hasKeys
        />
      ) : (
        <div className="panel empty checkin-none">{t('checkin.pick')}</div>
      )}
    </div>
  )
}

/** The one in the address, else the first. */
function useChosen(shown: readonly CheckinView[] | undefined) {
  const { checkin } = useSearch({ from: '/signed-in/evaluators/patrols' })
  const navigate = useNavigate()
  return {
    chosen: checkin ?? shown?.[0]?.id ?? null,
    isNamed: checkin !== undefined,
    choose: (id: string | null) =>
      void navigate({
        to: '/patrols',
        search: id === null ? { tab: 'checkins' } : { tab: 'checkins', checkin: id },
        replace: true,
      }),
  }
}

/** What is linked to from elsewhere may have left the queue already. */
function useShown(id: string | null, shown: readonly CheckinView[] | undefined) {
  const listed = shown?.find((one) => one.id === id)
  const asked = useQuery({
    ...checkinQuery(id ?? ''),
    enabled: id !== null && shown !== undefined && !listed,
  })
  return listed ?? (id === null ? undefined : asked.data)
}

interface FiltersProps {
  count: number
  hasMore: boolean
  filter: Filter
  onFilter: (filter: Filter) => void
}

function Filters({ count, hasMore, filter, onFilter }: FiltersProps) {
  const town = useTown()
  const { t } = town.words
  const villages = town.places.filter(
    ({ code, level }) => level === 'village' && isInScopeOf(town, code),
  )
  return (
    <header>
      <h2 className="panel-title">
        {t(hasMore ? 'checkins.countMore' : 'checkins.count', { n: count })}
        {filter !== everything && (
          <Button type="link" size="small" onClick={() => onFilter(everything)}>
            {t('checkins.clear')}
          </Button>
        )}
      </h2>
      <div className="checkin-filters">
        <Select
          aria-label={t('checkins.mark')}
          value={filter.mark}
          onChange={(mark) => onFilter({ ...filter, mark })}
          options={[
            { value: null, label: t('checkins.allMarks') },
            ...checkinMarks.map((mark) => ({ value: mark, label: t(`mark.${mark}`) })),
          ]}
        />
        <VillageSelect
          label={t('checkins.village')}
          known={new Set(villages.map(({ code }) => code))}
          value={filter.village}
          onChange={(village) => onFilter({ ...filter, village, team: null })}
        />
        <TeamSelect filter={filter} onFilter={onFilter} />
      </div>
    </header>
  )
}

function TeamSelect({ filter, onFilter }: Pick<FiltersProps, 'filter' | 'onFilter'>) {
  const { t } = useTown().words
  const routes = useQuery(patrolRoutesQuery).data ?? []
  const near = routes.filter(({ village }) => [null, village].includes(filter.village))
  const teams = [...new Set(near.map(({ team }) => team))]
  if (teams.length < 2 && filter.team === null) return null
  return (
    <Select
      aria-label={t('checkins.team')}
      value={filter.team}
      showSearch={{ optionFilterProp: 'label' }}
      onChange={(team) => onFilter({ ...filter, team })}
      options={[
        { value: null, label: t('checkins.allTeams') },
        ...teams.map((team) => ({ value: team, label: team })),
      ]}
    />
  )
}

interface QueueListProps {
  shown: readonly CheckinView[]
  chosen: string | null
  onChoose: (id: string) => void
}

function QueueList({ shown, chosen, onChoose }: QueueListProps) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  if (shown.length === 0) return <p className="second checkin-nothing">{t('checkins.noMatch')}</p>
  return (
    <ol>
      {shown.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className="checkin-row"
            data-checkin={one.id}
            aria-current={one.id === chosen ? 'true' : undefined}
            onClick={() => onChoose(one.id)}
          >
            <span className="checkin-row-head">
              <b className="one-line">{pointName(one, t)}</b>
              <time>{shortTime(one.at, now, zone)}</time>
            </span>
            <span className="second one-line">
              {[one.patroller ?? t('checkin.nobody'), one.team].filter(Boolean).join(' · ')}
            </span>
            <CheckinMarks checkin={one} />
          </button>
        </li>
      ))}
    </ol>
  )
}
