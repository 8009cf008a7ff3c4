import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Modal, Select } from 'antd'
import { useMemo, useState } from 'react'
import { type CheckinSearch, checkinsQuery, patrolPointsQuery } from '../api/patrol-queries.ts'
import type { CheckinView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { type TownView, useTown } from '../app/town.ts'
import { auditQuestion } from '../audit/audit-words.ts'
import { DayInput } from '../audit/day-input.tsx'
import { Sheet, type SheetColumn, SheetSkeleton } from '../parts/sheet.tsx'
import { CheckinDetail } from './checkin-detail.tsx'
import { CheckinMarks, GradeWord } from './checkin-marks.tsx'
import { pointName, stateOfCheckin } from './checkins.ts'

interface Asked {
  point: string | null
  isMarked: boolean
  /** YYYY-MM-DD; empty: open. */
  from: string
  to: string
}

const nothing: Asked = { point: null, isMarked: false, from: '', to: '' }

function searchOf({ point, isMarked, from, to }: Asked, zone: string): CheckinSearch {
  const span = auditQuestion({ ...(from !== '' && { from }), ...(to !== '' && { to }) }, zone)
  return {
    ...(point !== null && { point }),
    ...(isMarked && { marked: true }),
    ...(span.from !== undefined && { from: span.from }),
    ...(span.to !== undefined && { to: span.to }),
  }
}

/** All of them, newest first. */
export function CheckinBook() {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  const [asked, setAsked] = useState(nothing)
  const [open, setOpen] = useState<CheckinView | null>(null)
  const query = useInfiniteQuery(checkinsQuery(searchOf(asked, town.zone)))
  const items = query.data?.pages.flatMap((page) => page.items)
  const columns = useMemo(() => columnsOf(town, now, setOpen), [town, now])
  const isFiltered = asked !== nothing
  return (
    <div className="page-body">
      <BookFilters asked={asked} onAsk={setAsked} />
      {query.isError && !items && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <SheetSkeleton rows={8} />}
      {items?.length === 0 && (
        <div className="panel empty">
          <strong>{t(isFiltered ? 'checkins.noMatch' : 'checkins.noneBook')}</strong>
          {isFiltered ? (
            <Button onClick={() => setAsked(nothing)}>{t('checkins.clear')}</Button>
          ) : (
            <span>{t('checkins.noneBookNext')}</span>
          )}
        </div>
      )}
      {items && items.length > 0 && (
        <Sheet
          label={t('checkins.book')}
          columns={columns}
          rows={items}
          keyOf={({ id }) => id}
          isQuiet={(one) => stateOfCheckin(one) === 'discounted'}
        />
      )}
      {query.hasNextPage && (
        <Button
          className="case-more"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('checkins.more')}
        </Button>
      )}
      {open && <Opened checkin={open} items={items ?? []} onClose={() => setOpen(null)} />}
    </div>
  )
}

interface OpenedProps {
  checkin: CheckinView
  items: readonly CheckinView[]
  onClose: () => void
}

function Opened({ checkin, items, onClose }: OpenedProps) {
  return (
    <Modal
      open
      width={1040}
      className="checkin-modal"
      footer={null}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <CheckinDetail
        checkin={items.find(({ id }) => id === checkin.id) ?? checkin}
        onReviewed={onClose}
      />
    </Modal>
  )
}

function columnsOf(
  { words, zone }: TownView,
  now: number,
  onOpen: (checkin: CheckinView) => void,
): SheetColumn<CheckinView>[] {
  const { t } = words
  return [
    {
      key: 'point',
      label: t('checkins.column.point'),
      width: 'minmax(0, 1.4fr)',
      render: (one) => (
        <button type="button" className="checkin-open" onClick={() => onOpen(one)}>
          {pointName(one, t)}
        </button>
      ),
    },
    {
      key: 'when',
      label: t('checkins.column.when'),
      width: '112px',
      render: ({ at }) => <time>{shortTime(at, now, zone)}</time>,
    },
    {
      key: 'who',
      label: t('checkins.column.who'),
      width: 'minmax(0, 1fr)',
      render: ({ patroller, team }) => (
        <span className="one-line">
          {[patroller ?? t('checkin.nobody'), team].filter(Boolean).join(' · ')}
        </span>
      ),
    },
    {
      key: 'grade',
      label: t('checkins.column.grade'),
      width: '128px',
      render: ({ grade }) => <GradeWord grade={grade} />,
    },
    {
      key: 'marks',
      label: t('checkins.column.marks'),
      width: 'minmax(0, 1.4fr)',
      render: (one) => <CheckinMarks checkin={one} />,
    },
    {
      key: 'state',
      label: t('checkins.column.state'),
      width: '128px',
      render: (one) => t(`checkins.state.${stateOfCheckin(one)}`),
    },
  ]
}

function BookFilters({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const { t } = useTown().words
  const points = useQuery(patrolPointsQuery).data ?? []
  return (
    <div className="filters book-filters">
      <Select
        aria-label={t('checkins.point')}
        value={asked.point}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(point) => onAsk({ ...asked, point })}
        options={[
          { value: null, label: t('checkins.allPoints') },
          ...points.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {(['from', 'to'] as const).map((end) => (
        <span key={end} className="book-day">
          <DayInput
            label={t(`checkins.${end}`)}
            value={asked[end]}
            onChange={(day) => onAsk({ ...asked, [end]: day })}
          />
        </span>
      ))}
      <Checkbox
        checked={asked.isMarked}
        onChange={(event) => onAsk({ ...asked, isMarked: event.target.checked })}
      >
        {t('checkins.markedOnly')}
      </Checkbox>
    </div>
  )
}
