import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auditPage } from '../api/trust-queries.ts'
import type { AuditPageSearch } from '../app/search.ts'
import { useTown } from '../app/town.ts'
import { SheetList } from '../parts/sheet-list.tsx'
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
  const isFiltered = Object.keys(question).length > 0
  return (
    <>
      <ChainVerdict />
      <AuditFilters search={search} />
      <SheetList
        query={query}
        rows={query.data?.pages.flatMap((page) => page.items)}
        empty={
          <>
            <strong>{t(isFiltered ? 'audit.noMatch' : 'audit.none')}</strong>
            {isFiltered ? (
              <Link to="/audit">{t('audit.clear')}</Link>
            ) : (
              <span>{t('audit.noneNext')}</span>
            )}
          </>
        }
      >
        {(entries) => <AuditTable entries={entries} />}
      </SheetList>
    </>
  )
}
