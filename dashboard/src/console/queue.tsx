import { useQuery } from '@tanstack/react-query'
import { Button, Input, type InputRef } from 'antd'
import { type RefObject, useRef } from 'react'
import { casesPage } from '../api/queries.ts'
import type { CaseView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { Icon } from '../parts/icon.tsx'
import {
  type QueueFilter,
  type QueueSection,
  severitiesFromHigh,
  severityCounts,
} from './queue-order.ts'
import { QueueRow } from './queue-row.tsx'
import { useAnchoredScroll } from './use-anchored-scroll.ts'
import './queue.css'

interface QueueProps {
  /** Every open case, before filters: the counts are of these. */
  cases: readonly CaseView[] | undefined
  sections: readonly QueueSection[]
  filter: QueueFilter
  onFilter: (filter: QueueFilter) => void
  selected: string | null
  onSelect: (id: string) => void
  search: RefObject<InputRef | null>
  onReport: () => void
}

export function Queue({
  cases,
  sections,
  filter,
  onFilter,
  selected,
  onSelect,
  search,
  onReport,
}: QueueProps) {
  const { t } = useTown().words
  const list = useRef<HTMLDivElement>(null)
  const above = useAnchoredScroll(list, selected, sections)
  return (
    <section className="queue" aria-label={t('queue.label')}>
      <div className="queue-search">
        <Input
          ref={search}
          value={filter.text}
          placeholder={t('queue.search')}
          aria-label={t('queue.search')}
          prefix={<Icon name="search" size={16} />}
          suffix={<kbd className="kbd">/</kbd>}
          onChange={(event) => onFilter({ ...filter, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        <Button
          className="queue-report"
          aria-label={t('report.open')}
          aria-keyshortcuts="R"
          title={t('report.open')}
          icon={<Icon name="plus" size={18} />}
          onClick={onReport}
        />
      </div>
      <SeverityFilter cases={cases ?? []} filter={filter} onFilter={onFilter} />
      <div className="queue-frame">
        {above > 0 && (
          <button
            type="button"
            className="queue-above"
            onClick={() => list.current?.scrollTo({ top: 0 })}
          >
            <Icon name="up" size={14} /> {t('queue.above', { n: above })}
          </button>
        )}
        <div className="queue-list" ref={list}>
          {cases === undefined ? (
            <QueueSkeleton />
          ) : (
            <Sections sections={sections} selected={selected} onSelect={onSelect} />
          )}
          {cases !== undefined && sections.length === 0 && (
            <QueueEmpty
              isFiltered={cases.length > 0}
              onClear={() => onFilter({ severity: null, text: '' })}
            />
          )}
          <div className="queue-spacer" />
        </div>
      </div>
    </section>
  )
}

function SeverityFilter({
  cases,
  filter,
  onFilter,
}: {
  cases: readonly CaseView[]
  filter: QueueFilter
  onFilter: (filter: QueueFilter) => void
}) {
  const { t } = useTown().words
  const counts = severityCounts(cases)
  return (
    <div className="queue-filter" role="group" aria-label={t('queue.filter')}>
      <button
        type="button"
        aria-pressed={filter.severity === null}
        onClick={() => onFilter({ ...filter, severity: null })}
      >
        {t('queue.all')} {cases.length}
      </button>
      {severitiesFromHigh.map((severity) => (
        <button
          key={severity}
          type="button"
          aria-pressed={filter.severity === severity}
          aria-label={`${t(`severity.${severity}.long`)} ${counts[severity]}`}
          onClick={() =>
            onFilter({ ...filter, severity: filter.severity === severity ? null : severity })
          }
        >
          <Badge severity={severity} size={18} decorative /> {counts[severity]}
        </button>
      ))}
    </div>
  )
}

function Sections({
  sections,
  selected,
  onSelect,
}: Pick<QueueProps, 'sections' | 'selected' | 'onSelect'>) {
  const { t } = useTown().words
  return sections.map((section) => (
    <section key={section.group} aria-label={t(`queue.${section.group}`)}>
      <h2 className="queue-group">
        <span>{t(`queue.${section.group}`)}</span>
        <span>{section.cases.length}</span>
      </h2>
      <ul>
        {section.cases.map((one) => (
          <QueueRow key={one.id} one={one} isSelected={one.id === selected} onSelect={onSelect} />
        ))}
      </ul>
    </section>
  ))
}

function QueueSkeleton() {
  return (
    <div aria-busy="true" className="queue-skeleton">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="skeleton" />
      ))}
    </div>
  )
}

function QueueEmpty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { words, zone } = useTown()
  const { t } = words
  const last = useQuery({
    queryKey: ['lastCase'],
    queryFn: () => casesPage({}, null),
    staleTime: 60_000,
  })
  const one = last.data?.items[0]
  if (isFiltered) {
    return (
      <div className="empty">
        <strong>{t('queue.noMatch')}</strong>
        <button type="button" className="chip" onClick={onClear}>
          {t('queue.clearFilter')}
        </button>
      </div>
    )
  }
  return (
    <div className="empty">
      <strong>{t('queue.none')}</strong>
      <span>
        {one
          ? t('queue.last', {
              time: shortTime(one.openedAt, serverNow(), zone),
              state: t(`state.${one.state}`),
            })
          : t('queue.never')}
      </span>
    </div>
  )
}
