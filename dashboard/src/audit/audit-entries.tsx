import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { auditPage } from '../api/trust-queries.ts'
import type { AuditPageSearch } from '../app/search.ts'
import { useTown } from '../app/town.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { AuditTable } from './audit-table.tsx'
import { auditQuestion } from './audit-words.ts'
import { ChainVerdict } from './chain-verdict.tsx'

export function AuditEntries({ search }: { search: AuditPageSearch }) {
  const { words, zone } = useTown()
  const { t } = words
  const question = auditQuestion(search, zone)
  const query = useInfiniteQuery({
    queryKey: ['audit', question],
    queryFn: ({ pageParam }) => auditPage(question, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })
  const entries = query.data?.pages.flatMap((page) => page.items)
  const isFiltered = Object.keys(question).length > 0
  return (
    <>
      <ChainVerdict />
      <AuditFilters search={search} />
      {query.isError && !entries && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <SheetSkeleton />}
      {entries?.length === 0 && (
        <div className="panel empty">
          <strong>{t(isFiltered ? 'audit.noMatch' : 'audit.none')}</strong>
          {isFiltered ? (
            <Link to="/audit">{t('audit.clear')}</Link>
          ) : (
            <span>{t('audit.noneNext')}</span>
          )}
        </div>
      )}
      {entries && entries.length > 0 && <AuditTable entries={entries} />}
      {query.hasNextPage && (
        <Button
          className="case-more"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('list.more')}
        </Button>
      )}
    </>
  )
}
