import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { call } from '../api/client.ts'
import type { DeliveryView } from '../api/types.ts'
import { deliveryPage } from '../api/work-queries.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import { SheetList } from '../parts/sheet-list.tsx'
import { targetWords } from './notice-words.ts'
import { reasonWords } from './reason-words.ts'

export function DeliveryTab() {
  const { t } = useTown().words
  const query = useInfiniteQuery({
    queryKey: ['deliveries'],
    queryFn: ({ pageParam }) => deliveryPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 15_000,
  })
  return (
    <SheetList
      query={query}
      rows={query.data?.pages.flatMap((page) => page.items)}
      empty={
        <>
          <strong>{t('delivery.none')}</strong>
          <span>{t('delivery.noneNext')}</span>
        </>
      }
    >
      {(deliveries) => <DeliveryTable deliveries={deliveries} />}
    </SheetList>
  )
}

function DeliveryTable({ deliveries }: { deliveries: readonly DeliveryView[] }) {
  const town = useTown()
  const { words, zone } = town
  const { t } = words
  const now = useNow()
  const columns: SheetColumn<DeliveryView>[] = [
    {
      key: 'case',
      label: t('delivery.case'),
      width: 'minmax(180px, 1.1fr)',
      render: (one) => (
        <span className="sheet-lead">
          <Link to="/cases/$id" params={{ id: one.case.id }}>
            {one.case.number}
          </Link>
          <span className="second">{term(t, 'notice.act', one.act)}</span>
        </span>
      ),
    },
    {
      key: 'at',
      label: t('delivery.at'),
      width: '112px',
      render: (one) => <time className="second">{shortTime(one.at, now, zone)}</time>,
    },
    {
      key: 'target',
      label: t('delivery.target'),
      width: 'minmax(160px, 1fr)',
      render: (one) => (
        <span className="sheet-lead">
          <span className="delivery-state">
            {targetWords(one.target, town)}
            {one.own && <span className="mark-chip is-on">{t('delivery.own')}</span>}
          </span>
          <span className="second">{one.channel}</span>
        </span>
      ),
    },
    {
      key: 'state',
      label: t('delivery.state'),
      width: 'minmax(200px, 1.4fr)',
      render: (one) => <DeliveryState one={one} />,
    },
    ...(deliveries.some(({ own }) => own)
      ? [
          {
            key: 'acts',
            label: t('people.actions'),
            isEnd: true,
            width: '112px',
            render: (one: DeliveryView) => isUnread(one) && <ReadButton one={one} />,
          },
        ]
      : []),
  ]
  return (
    <Sheet
      label={t('notices.tab.deliveries')}
      columns={columns}
      rows={deliveries}
      keyOf={({ id }) => id}
      isQuiet={({ state }) => state === 'dropped'}
    />
  )
}

/** Sent and read with their times, or why not. */
function DeliveryState({ one }: { one: DeliveryView }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const time = (at: number) => shortTime(at, now, zone)
  const isBad = one.state === 'failed' || (one.state === 'waiting' && one.error !== null)
  return (
    <span className="sheet-lead">
      <span className="delivery-state">
        <span className={isBad ? 'overdue' : 'mark-chip'}>{t(`delivery.state.${one.state}`)}</span>
        {one.sentAt !== null && <span>{time(one.sentAt)}</span>}
        {one.postponedTo !== null && <span>{time(one.postponedTo)}</span>}
        {one.attempts > 1 && (
          <span className="second">{t('delivery.attempts', { n: one.attempts })}</span>
        )}
      </span>
      {one.readAt !== null && (
        <span className="second">
          {one.readBy === null
            ? t('delivery.read', { time: time(one.readAt) })
            : t('delivery.readBy', { name: one.readBy, time: time(one.readAt) })}
        </span>
      )}
      {one.error !== null && (
        <span className="second">
          {reasonWords(one.error, t) ?? <span lang="en">{one.error}</span>}
        </span>
      )}
    </span>
  )
}

/** Only whom it was meant for can say so; what was never to be sent is nothing to read. */
function isUnread({ own, readAt, state, error }: DeliveryView): boolean {
  if (!own || readAt !== null || state === 'postponed') return false
  return state !== 'dropped' || error === 'unreachable'
}

function ReadButton({ one }: { one: DeliveryView }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const read = useMutation({
    mutationFn: () => call(`/deliveries/${one.id}/read`, { method: 'POST', body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  })
  return (
    <span className="sheet-acts">
      <Button
        size="small"
        aria-label={t('delivery.markReadFor', { number: one.case.number })}
        loading={read.isPending}
        onClick={() => read.mutate()}
      >
        {t(read.isError ? 'delivery.again' : 'delivery.markRead')}
      </Button>
    </span>
  )
}
