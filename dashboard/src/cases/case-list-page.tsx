import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input, Select, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { caseStates } from '../../../gateway/domain/case.ts'
import { casesPage } from '../api/queries.ts'
import { type CaseListSearch, readCaseSearch } from '../app/search.ts'
import { Shell } from '../app/shell.tsx'
import { useTown, villageOfScope } from '../app/town.ts'
import { severitiesFromHigh } from '../console/queue-order.ts'
import { useIsStale } from '../live/live-status.ts'
import { Icon } from '../parts/icon.tsx'
import { CaseTable } from './case-table.tsx'
import './case-list.css'

export function CaseListPage() {
  const { t } = useTown().words
  const isStale = useIsStale()
  // What else stands in the address is no filter.
  const search = readCaseSearch({ ...useSearch({ from: '/signed-in/cases' }) })
  const query = useInfiniteQuery({
    queryKey: ['cases', search],
    queryFn: ({ pageParam }) => casesPage(search, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })
  const cases = query.data?.pages.flatMap((page) => page.items)
  const isFiltered = Object.values(search).some((value) => value !== undefined)
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('nav.cases')}</h1>
        <CaseFilters search={search} />
      </div>
      {query.isError && !cases && (
        <div className="case-list-said">
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        </div>
      )}
      <div className={isStale ? 'case-list is-stale' : 'case-list'}>
        {!query.isError || cases ? <CaseTable cases={cases} isFiltered={isFiltered} /> : null}
        {query.hasNextPage && (
          <Button
            className="case-more"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('list.more')}
          </Button>
        )}
      </div>
    </Shell>
  )
}

function CaseFilters({ search }: { search: CaseListSearch }) {
  const town = useTown()
  const { t } = town.words
  const navigate = useNavigate()
  const set = (change: CaseListSearch) =>
    void navigate({ to: '/cases', search: clean({ ...search, ...change }), replace: true })
  const villages = town.places.filter((place) => place.level === 'village')
  return (
    <div className="filters" role="search">
      <TextFilter value={search.q ?? ''} onChange={(q) => set({ q: q === '' ? undefined : q })} />
      <Select
        allowClear
        placeholder={t('filter.state')}
        aria-label={t('filter.state')}
        value={search.state}
        onChange={(state?: string) => set({ state })}
        options={caseStates.map((value) => ({ value, label: t(`state.${value}`) }))}
      />
      <Select
        allowClear
        placeholder={t('filter.severity')}
        aria-label={t('filter.severity')}
        value={search.severity}
        onChange={(severity?: string) => set({ severity })}
        options={severitiesFromHigh.map((value) => ({ value, label: t(`severity.${value}.long`) }))}
      />
      <Select
        allowClear
        placeholder={t('filter.hazard')}
        aria-label={t('filter.hazard')}
        value={search.hazard}
        onChange={(hazard?: string) => set({ hazard })}
        options={town.hazards.map((one) => ({ value: one.id, label: town.hazard(one.id) }))}
      />
      {villageOfScope(town.session.person.scope) === null && (
        <Select
          allowClear
          placeholder={t('filter.village')}
          aria-label={t('filter.village')}
          value={search.village}
          onChange={(village?: string) => set({ village })}
          options={villages.map((place) => ({ value: place.code, label: place.name }))}
        />
      )}
      <label className="filter-switch">
        <Switch
          size="small"
          checked={search.overdue === true}
          onChange={(is) => set({ overdue: is ? true : undefined })}
        />
        {t('filter.overdue')}
      </label>
    </div>
  )
}

/** Asks after typing has paused, and not while a character is being composed. */
function TextFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTown().words
  const [text, setText] = useState(value)
  const [isComposing, setComposing] = useState(false)
  const [known, setKnown] = useState(value)
  if (value !== known) {
    setKnown(value)
    // What is still being typed is newer than what the address says.
    if (value !== text.trim()) setText(value)
  }
  useEffect(() => {
    if (isComposing || text.trim() === value) return
    const timer = setTimeout(() => onChange(text.trim()), 300)
    return () => clearTimeout(timer)
  }, [text, value, isComposing, onChange])
  return (
    <Input
      allowClear={{ clearIcon: <Icon name="close" size={14} /> }}
      value={text}
      placeholder={t('filter.text')}
      aria-label={t('filter.text')}
      prefix={<Icon name="search" size={16} />}
      onChange={(event) => setText(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  )
}

function clean(search: CaseListSearch): CaseListSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}
