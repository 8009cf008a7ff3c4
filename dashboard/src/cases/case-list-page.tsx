import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { casesPage } from '../api/queries.ts'
import { readCaseSearch } from '../app/search.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { useIsStale } from '../live/live-status.ts'
import { BulkBar } from './bulk-bar.tsx'
import { CaseFilters } from './case-filters.tsx'
import { CaseTable } from './case-table.tsx'
import { ReportButton } from './report-button.tsx'
import { mayActInBulk, useBulk } from './use-bulk.ts'
import './case-list.css'

export function CaseListPage() {
  const { words, session } = useTown()
  const { t } = words
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
  const bulk = useBulk(cases)
  return (
    <Shell>
      <div className="page-head case-list-head">
        <h1>{t('nav.cases')}</h1>
        <ReportButton />
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
        {mayActInBulk(session.person.role) && <BulkBar bulk={bulk} />}
        {!query.isError || cases ? (
          <CaseTable
            cases={cases}
            isFiltered={isFiltered}
            selection={mayActInBulk(session.person.role) ? bulk : null}
          />
        ) : null}
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
