import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { quarantinePage } from '../api/queries.ts'
import type { QuarantineView } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { AdoptDialog } from './adopt-dialog.tsx'
import { QuarantineCard } from './quarantine-card.tsx'
import { RepairDialog } from './repair-dialog.tsx'
import './quarantine.css'

type Shown = QuarantineView['state']

/** What came in and could not be counted: why, and what to do so that it counts after all. */
export function QuarantinePage() {
  const { t } = useTown().words
  const client = useQueryClient()
  const [state, setState] = useState<Shown>('waiting')
  const [dialog, setDialog] = useState<{ kind: 'repair' | 'adopt'; one: QuarantineView } | null>(
    null,
  )
  const query = useInfiniteQuery({
    queryKey: ['quarantine', state],
    queryFn: ({ pageParam }) => quarantinePage(state, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 30_000,
  })
  const items = query.data?.pages.flatMap((page) => page.items)
  const close = () => {
    setDialog(null)
    void client.invalidateQueries({ queryKey: ['quarantine'] })
    void client.invalidateQueries({ queryKey: ['load'] })
  }
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('nav.quarantine')}</h1>
        <span className="second">{t('quarantine.what')}</span>
        <span className="grow" />
        <Segmented
          aria-label={t('filter.state')}
          value={state}
          onChange={setState}
          options={[
            { value: 'waiting', label: t('quarantine.waiting') },
            { value: 'replayed', label: t('quarantine.replayed') },
            { value: 'discarded', label: t('quarantine.discarded') },
          ]}
        />
      </div>
      <div className="quarantine">
        {query.isError && !items && (
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        )}
        {query.isPending &&
          [0, 1, 2].map((row) => <div key={row} className="panel skeleton quarantine-skeleton" />)}
        {items?.length === 0 && (
          <div className="panel empty">
            <strong>{t(state === 'waiting' ? 'quarantine.none' : 'quarantine.noneSuch')}</strong>
            <span>{t('quarantine.noneNext')}</span>
          </div>
        )}
        {items?.map((one) => (
          <QuarantineCard
            key={one.id}
            one={one}
            onRepair={() => setDialog({ kind: 'repair', one })}
            onAdopt={() => setDialog({ kind: 'adopt', one })}
          />
        ))}
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
      {dialog?.kind === 'repair' && <RepairDialog one={dialog.one} onClose={close} />}
      {dialog?.kind === 'adopt' && <AdoptDialog one={dialog.one} onClose={close} />}
    </Shell>
  )
}
