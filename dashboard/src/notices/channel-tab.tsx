import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { ChannelView } from '../api/types.ts'
import { channelsQuery } from '../api/work-queries.ts'
import { useTown } from '../app/town.ts'
import { SheetList } from '../parts/sheet-list.tsx'
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
      <SheetList
        query={query}
        rows={query.data}
        usual={3}
        empty={
          <>
            <strong>{t('channel.none')}</strong>
            <span>{t('channel.noneNext')}</span>
          </>
        }
      >
        {(channels) => (
          <ChannelTable
            channels={channels}
            acts={acts}
            onEdit={(channel) => setOpen({ kind: 'edit', channel })}
          />
        )}
      </SheetList>
      {open !== null && (
        <ChannelDialog
          channel={open.kind === 'edit' ? open.channel : null}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}
