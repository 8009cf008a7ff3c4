import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTown } from '../app/town.ts'
import { SheetSkeleton } from './sheet.tsx'

interface Asked {
  isPending: boolean
  isError: boolean
  /** Of lists that are asked for page by page. */
  hasNextPage?: boolean
  isFetchingNextPage?: boolean
  fetchNextPage?: () => Promise<unknown>
}

interface SheetListProps<T> {
  query: Asked
  /** Undefined: there is no answer yet. */
  rows: readonly T[] | undefined
  /** How many there usually are. */
  usual?: number
  /** Said instead of an empty table: what it means, and what to do. */
  empty: ReactNode
  children: (rows: readonly T[]) => ReactNode
}

/** A table with what stands around it: on the way, out of reach, empty, and more to come. */
export function SheetList<T>({ query, rows, usual, empty, children }: SheetListProps<T>) {
  const { t } = useTown().words
  return (
    <>
      {query.isError && !rows && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <SheetSkeleton rows={usual} />}
      {rows?.length === 0 && <div className="panel empty">{empty}</div>}
      {rows && rows.length > 0 && children(rows)}
      {query.hasNextPage === true && (
        <Button
          className="case-more"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage?.()}
        >
          {t('list.more')}
        </Button>
      )}
    </>
  )
}
