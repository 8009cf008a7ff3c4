import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { InputRef } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { devicesQuery, queueQuery } from '../api/queries.ts'
import { useTown } from '../app/town.ts'
import { ReportDialogSlot } from '../cases/report-button.tsx'
import { HealthBanner } from '../health/health-banner.tsx'
import { useIsStale } from '../live/live-status.ts'
import { ConsoleBar } from './console-bar.tsx'
import { DeskCalm, DeskCase } from './desk-case.tsx'
import { KeyBar, KeyHelp } from './key-bar.tsx'
import { type Command, useKeys } from './keys.ts'
import { Queue } from './queue.tsx'
import { matches, type QueueFilter, queueSections, stepSelection } from './queue-order.ts'
import { useIsNarrow } from './use-is-narrow.ts'
import { useSelection } from './use-selection.ts'
import './console.css'

export type AskedStep = 'accept' | 'dispatch' | 'falseAlarm' | 'acknowledge'

/** A key's wish, numbered so that the same key twice is two wishes. */
export interface Wish {
  step: AskedStep
  id: number
}

export function ConsolePage() {
  const town = useTown()
  const navigate = useNavigate()
  const isStale = useIsStale()
  const isNarrow = useIsNarrow()
  const queue = useQuery(queueQuery)
  const devices = useQuery(devicesQuery).data
  const [filter, setFilter] = useState<QueueFilter>({ severity: null, text: '' })
  const [wish, setWish] = useState<Wish | null>(null)
  const [isMapFull, setMapFull] = useState(false)
  const [isLive, setLive] = useState(true)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isDialogOpen, setDialogOpen] = useState(false)
  const [isReportOpen, setReportOpen] = useState(false)
  const search = useRef<InputRef>(null)

  const sections = useMemo(
    () =>
      queueSections(
        (queue.data ?? []).filter((one) =>
          matches(
            one,
            filter,
            (item) =>
              `${item.number} ${item.title} ${town.title(item)} ${town.place(item.village)} ${item.lastAlarm?.deviceName ?? ''}`,
          ),
        ),
      ),
    [queue.data, filter, town],
  )
  const ids = useMemo(
    () => sections.flatMap((section) => section.cases.map((one) => one.id)),
    [sections],
  )
  const [selected, setChosen] = useSelection(ids)

  function select(id: string): void {
    if (isNarrow) void navigate({ to: '/cases/$id', params: { id } })
    else setChosen(id)
  }

  function onCommand(command: Command): void {
    switch (command) {
      case 'next':
      case 'previous':
        setChosen(stepSelection(ids, selected, command === 'next' ? 1 : -1))
        return
      case 'open':
        if (selected !== null) void navigate({ to: '/cases/$id', params: { id: selected } })
        return
      case 'search':
        search.current?.focus({ cursor: 'all' })
        return
      case 'live':
        setLive((is) => !is)
        return
      case 'map':
        setMapFull((is) => !is)
        return
      case 'report':
        setReportOpen(true)
        return
      case 'help':
        setHelpOpen(true)
        return
      case 'acknowledge':
      case 'accept':
      case 'dispatch':
      case 'falseAlarm':
        setWish((last) => ({ step: command, id: (last?.id ?? 0) + 1 }))
    }
  }
  useKeys(!isDialogOpen && !isHelpOpen && !isReportOpen, onCommand)

  const one = queue.data?.find((item) => item.id === selected)
  return (
    <div className="console-frame">
      <HealthBanner />
      <div className={`console${isStale ? ' is-stale' : ''}${isMapFull ? ' is-map-full' : ''}`}>
        <ConsoleBar />
        <Queue
          cases={queue.data}
          sections={sections}
          filter={filter}
          onFilter={setFilter}
          selected={selected}
          onSelect={select}
          search={search}
          onReport={() => setReportOpen(true)}
        />
        {queue.isError && !queue.data && (
          <p className="said console-said">{town.words.t('failure.away')}</p>
        )}
        {one ? (
          <DeskCase
            key={one.id}
            one={one}
            devices={devices ?? []}
            wish={wish}
            onDialog={setDialogOpen}
            onSelect={setChosen}
            others={queue.data ?? []}
            isMapFull={isMapFull}
            isLive={isLive}
            onLive={setLive}
          />
        ) : (
          <DeskCalm isLoading={queue.isPending} devices={devices ?? []} />
        )}
        <KeyBar />
        <ReportDialogSlot isOpen={isReportOpen} onClose={() => setReportOpen(false)} />
        {isHelpOpen && <KeyHelp onClose={() => setHelpOpen(false)} />}
      </div>
    </div>
  )
}
