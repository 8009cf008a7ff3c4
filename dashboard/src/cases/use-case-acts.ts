import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import { ApiError, call } from '../api/client.ts'
import { caseQuery } from '../api/queries.ts'
import type { AlarmView, CaseAction, CaseDetail, CaseView } from '../api/types.ts'
import { timeOfDay } from '../app/time.ts'
import type { TownView } from '../app/town.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { isOpen } from '../live/live-cache.ts'

/** What a person does to a case, and what is said when it was refused. */

export type StepBody = Omit<CaseAction, 'action' | 'version'>

export type Seen = Pick<CaseView, 'state' | 'version'>

/**
 * The version a step is sent with. What is on screen follows the live stream, so while a dialog is
 * open the case may move on beneath it: a step decided for another state must be refused, while an
 * alarm that merely joined must not stand in its way.
 */
export function versionFor(shown: Seen | undefined, seen: Seen | undefined): number | undefined {
  return shown && seen && shown.state !== seen.state ? seen.version : shown?.version
}

export interface CaseActs {
  /** `seen` is the case as it stood when the person began to decide. */
  step: (action: CaseAct, body?: StepBody, seen?: Seen) => Promise<boolean>
  /** A word more fits whatever the case has become meanwhile. */
  note: (body: StepBody) => Promise<boolean>
  acknowledge: () => Promise<boolean>
  isBusy: boolean
  failure: string | null
  clearFailure: () => void
}

export function unacknowledgedAlarms(detail: CaseDetail): AlarmView[] {
  return detail.evidence.filter(
    (alarm) => alarm.state === 'activeUnacknowledged' || alarm.state === 'clearedUnacknowledged',
  )
}

async function acknowledgeAll(alarms: readonly AlarmView[]): Promise<void> {
  for (const alarm of alarms)
    await call(`/alarms/${encodeURIComponent(alarm.id)}/acknowledge`, { method: 'POST' })
}

/** "值守员乙 10:24 已受理": who was faster, when, and what they did. */
function conflictText(town: TownView, detail: CaseDetail): string {
  const { t } = town.words
  const acts = detail.timeline.filter(
    (entry) => entry.actor !== null && entry.alarm === null && entry.act !== 'note',
  )
  const last = acts.reduce<(typeof acts)[number] | null>(
    (newest, entry) => (newest === null || entry.at >= newest.at ? entry : newest),
    null,
  )
  const state = t(`state.${detail.state}`)
  if (!last) return t('conflict.state', { state })
  return t('conflict.by', {
    actor: last.actor ?? '',
    time: timeOfDay(last.at, town.zone),
    did: term(t, 'done', last.act),
    state,
  })
}

function failureText(town: TownView, error: unknown): string {
  const { t } = town.words
  if (!(error instanceof ApiError)) return t('failure.step')
  switch (error.kind) {
    case 'away':
      return t('failure.stepAway')
    case 'forbidden':
    case 'notFound':
      return t('failure.stepForbidden')
    case 'tooMany':
      return t('failure.tooMany')
    case 'signedOut':
      return t('failure.signedOut')
    case 'invalid':
      // The gateway's sentence names the field; it speaks English only.
      return town.words.language === 'en' && error.problem?.detail
        ? error.problem.detail
        : t('failure.stepInvalid')
    case 'conflict':
    case 'server':
      return t('failure.step')
  }
}

export function useCaseActs(id: string): CaseActs {
  const client = useQueryClient()
  const town = useTown()
  // A step may be asked while the acknowledgement is on its way: it waits, so that its version is right.
  const underWay = useRef<Promise<unknown>>(Promise.resolve())

  function showAcknowledged(): void {
    client.setQueryData<CaseDetail>(['case', id], (one) => one && { ...one, unacknowledged: 0 })
    client.setQueryData<CaseView[]>(['queue'], (list) =>
      list?.map((one) => (one.id === id ? { ...one, unacknowledged: 0 } : one)),
    )
  }

  const step = useMutation({
    mutationFn: (action: CaseAction) =>
      call(`/cases/${encodeURIComponent(id)}/actions`, { method: 'POST', body: action }),
    onError: () => undefined,
    onSettled: () => refresh(),
  })

  const acknowledge = useMutation({
    mutationFn: async () => {
      const detail = await client.ensureQueryData(caseQuery(id))
      const alarms = unacknowledgedAlarms(detail)
      showAcknowledged()
      await acknowledgeAll(alarms)
    },
    onSettled: () => refresh(),
  })

  async function refresh(): Promise<CaseDetail | null> {
    void client.invalidateQueries({ queryKey: ['load'] })
    void client.invalidateQueries({ queryKey: ['cases'] })
    try {
      const detail = await client.fetchQuery({ ...caseQuery(id), staleTime: 0 })
      client.setQueryData<CaseView[]>(['queue'], (list) =>
        list?.map((one) => (one.id === id ? { ...one, ...pickView(detail) } : one)).filter(isOpen),
      )
      return detail
    } catch {
      return null
    }
  }

  const failed = step.error ?? acknowledge.error
  const detail = client.getQueryData<CaseDetail>(['case', id])
  const isConflict = failed instanceof ApiError && failed.kind === 'conflict'
  return {
    step: async (action, body = {}, seen) => {
      await underWay.current
      const version = versionFor(client.getQueryData<CaseDetail>(['case', id]), seen)
      return step.mutateAsync({ action, version, ...body }).then(
        () => true,
        () => false,
      )
    },
    note: async (body) =>
      step.mutateAsync({ action: 'note', ...body }).then(
        () => true,
        () => false,
      ),
    acknowledge: () => {
      const done = acknowledge.mutateAsync().then(
        () => true,
        () => false,
      )
      underWay.current = done
      return done
    },
    isBusy: step.isPending,
    failure:
      failed === null
        ? null
        : isConflict && detail
          ? conflictText(town, detail)
          : failureText(town, failed),
    clearFailure: () => {
      step.reset()
      acknowledge.reset()
    },
  }
}

function pickView(detail: CaseDetail): CaseView {
  const {
    unit: _unit,
    assist: _assist,
    clocks: _clocks,
    evidence: _evidence,
    timeline: _timeline,
    actions: _actions,
    pictures: _pictures,
    merged: _merged,
    mergedInto: _mergedInto,
    splitFrom: _splitFrom,
    ...view
  } = detail
  return view
}
