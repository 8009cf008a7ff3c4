import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { PlannedEventView } from '../api/types.ts'
import { plannedQuery } from '../api/work-queries.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { announces, useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { PlannedDialog } from './planned-dialog.tsx'
import { PlannedRow } from './planned-row.tsx'
import './planned.css'

const pastMs = 90 * 86_400_000

type Shown = 'coming' | 'past'

/** What is announced: it explains an alarm, and never hides one. */
export function PlannedPage() {
  const { session, words } = useTown()
  const { t } = words
  const [shown, setShown] = useState<Shown>('coming')
  const [open, setOpen] = useState<PlannedEventView | 'new' | null>(null)
  const mayEdit = announces(session.person.role)
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('planned.title')}</h1>
        <Segmented
          aria-label={t('planned.shown')}
          value={shown}
          onChange={setShown}
          options={[
            { value: 'coming', label: t('planned.coming') },
            { value: 'past', label: t('planned.past') },
          ]}
        />
        {mayEdit && (
          <Button type="primary" className="planned-add" onClick={() => setOpen('new')}>
            {t('planned.add')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <p className="second planned-what">{t('planned.what')}</p>
        <PlannedList shown={shown} mayEdit={mayEdit} onEdit={setOpen} />
      </div>
      {open !== null && (
        <PlannedDialog event={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </Shell>
  )
}

interface ListProps {
  shown: Shown
  mayEdit: boolean
  onEdit: (event: PlannedEventView) => void
}

function PlannedList({ shown, mayEdit, onEdit }: ListProps) {
  const { t } = useTown().words
  const now = useNow()
  // By the hour, so that the question stays the same one.
  const hour = Math.floor(now / 3_600_000) * 3_600_000
  const span = shown === 'coming' ? { from: hour } : { from: hour - pastMs, to: hour + 3_600_000 }
  const query = useQuery(plannedQuery(span))
  const remove = useRemoval()
  const isShown = ({ endsAt }: PlannedEventView) => endsAt > now === (shown === 'coming')
  const events = query.data?.filter(isShown)
  if (shown === 'past') events?.reverse()
  return (
    <>
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {remove.isError && (
        <p className="said" role="alert">
          {failureWords(remove.error, t)}
        </p>
      )}
      {query.isPending && <div className="panel skeleton planned-waiting" aria-busy="true" />}
      {events?.length === 0 && (
        <div className="panel empty">
          <strong>{t(shown === 'past' ? 'planned.nonePast' : 'planned.none')}</strong>
          {mayEdit && shown === 'coming' && <span>{t('planned.noneNext')}</span>}
        </div>
      )}
      {events && events.length > 0 && (
        <ul className="panel planned-list" aria-label={t('planned.title')}>
          {events.map((event) => (
            <PlannedRow
              key={event.id}
              event={event}
              now={now}
              isBusy={remove.isPending}
              acts={
                mayEdit ? { edit: () => onEdit(event), remove: () => void remove.ask(event) } : null
              }
            />
          ))}
        </ul>
      )}
    </>
  )
}

function useRemoval() {
  const { t } = useTown().words
  const client = useQueryClient()
  const { modal } = App.useApp()
  const remove = useMutation({
    mutationFn: (id: string) =>
      call(`/planned-events/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['planned'] }),
  })
  async function ask({ id, title }: PlannedEventView): Promise<void> {
    const isSure = await modal.confirm({
      title: t('planned.remove'),
      content: t('planned.removeAsk', { title }),
      okText: t('planned.remove'),
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
    if (isSure) remove.mutate(id)
  }
  return { ...remove, ask }
}
