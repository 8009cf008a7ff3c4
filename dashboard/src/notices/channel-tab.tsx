import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { ChannelView } from '../api/types.ts'
import { channelsQuery } from '../api/work-queries.ts'
import { useTown } from '../app/town.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { ChannelTable } from './channel-table.tsx'
import { useChannelActs } from './use-channel-acts.ts'

type Open = { kind: 'add' } | { kind: 'edit'; channel: ChannelView }

export function ChannelTab() {
  const { t } = useTown().words
  const query = useQuery(channelsQuery)
  const acts = useChannelActs()
  const [open, setOpen] = useState<Open | null>(null)
  return (
    <>
      <div className="notices-head">
        <span className="second">{t('channel.what')}</span>
        <Button type="primary" onClick={() => setOpen({ kind: 'add' })}>
          {t('channel.add')}
        </Button>
      </div>
      {acts.said !== null && (
        <p className="said" role={acts.said.isBad ? 'alert' : 'status'}>
          <span>{acts.said.text}</span>
          {acts.said.detail !== null && <span lang="en">{acts.said.detail}</span>}
        </p>
      )}
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <SheetSkeleton rows={3} />}
      {query.data?.length === 0 && (
        <div className="panel empty">
          <strong>{t('channel.none')}</strong>
          <span>{t('channel.noneNext')}</span>
        </div>
      )}
      {query.data && query.data.length > 0 && (
        <ChannelTable
          channels={query.data}
          acts={acts}
          onEdit={(channel) => setOpen({ kind: 'edit', channel })}
        />
      )}
      {open !== null && (
        <ChannelDialog
          channel={open.kind === 'edit' ? open.channel : null}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}
