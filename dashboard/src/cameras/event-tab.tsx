import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { EventMapping, UnmappedTopic } from '../../../gateway/domain/camera-event.ts'
import { mappingsQuery, unmappedQuery } from '../api/camera-queries.ts'
import { call } from '../api/client.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { MappingDialog } from './mapping-dialog.tsx'
import { MappingTable } from './mapping-table.tsx'
import { freeMappingId, moved, proposeMapping } from './propose-mapping.ts'
import { UnmappedList } from './unmapped-list.tsx'
import './event-tab.css'

interface Open {
  /** Null: a new one. */
  index: number | null
  entry: EventMapping
}

/** What cameras' events mean here, and what they sent that means nothing yet. */
export function EventTab() {
  const { words, hazards } = useTown()
  const { t } = words
  const mappings = useQuery(mappingsQuery)
  const unmapped = useQuery(unmappedQuery)
  const [open, setOpen] = useState<Open | null>(null)
  const save = useSave(() => setOpen(null))
  const list = mappings.data ?? []

  function map(topic: UnmappedTopic): void {
    const proposed = proposeMapping(
      topic,
      hazards.map(({ id }) => id),
    )
    const id = freeMappingId(
      proposed.type,
      list.map((one) => one.id),
    )
    save.reset()
    setOpen({ index: null, entry: { id, ...proposed } })
  }
  function finish(entry: EventMapping): void {
    if (!open) return
    save.mutate(
      open.index === null
        ? [...list, entry]
        : list.map((one, at) => (at === open.index ? entry : one)),
    )
  }
  return (
    <>
      <p className="second event-what">{t('events.what')}</p>
      {(mappings.isError || unmapped.isError) && !mappings.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {save.isError && open === null && (
        <p className="said" role="alert">
          {failureWords(save.error, t)}
        </p>
      )}
      <UnmappedList topics={unmapped.data} onMap={map} />
      <h2 className="panel-title">{t('events.mapped')}</h2>
      {mappings.isPending && <SheetSkeleton />}
      {mappings.data && (
        <MappingTable
          mappings={list}
          isBusy={save.isPending}
          acts={{
            add: () => setOpen({ index: null, entry: emptyMapping(list) }),
            edit: (index) => {
              const entry = list[index]
              if (entry) setOpen({ index, entry })
            },
            move: (index, by) => save.mutate(moved(list, index, by)),
            remove: (index) => save.mutate(list.filter((_, at) => at !== index)),
          }}
        />
      )}
      {open && (
        <MappingDialog
          entry={open.entry}
          isNew={open.index === null}
          isBusy={save.isPending}
          failure={save.isError ? failureWords(save.error, t) : null}
          onDone={finish}
          onClose={() => {
            save.reset()
            setOpen(null)
          }}
        />
      )}
    </>
  )
}

function emptyMapping(list: readonly EventMapping[]): EventMapping {
  return {
    id: freeMappingId(
      'mapping',
      list.map(({ id }) => id),
    ),
    topic: '',
    item: null,
    values: [],
    type: '',
    hazard: 'forestFire',
    severity: 'yellow',
    holdS: 60,
  }
}

function useSave(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (items: EventMapping[]) =>
      call<{ items: EventMapping[] }>('/camera-events/mappings', {
        method: 'PUT',
        body: { items },
      }),
    onSuccess: ({ items }) => {
      client.setQueryData(['camera-mappings'], items)
      void client.invalidateQueries({ queryKey: ['camera-unmapped'] })
      onDone()
    },
  })
}
