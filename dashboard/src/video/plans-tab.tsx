import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { call } from '../api/client.ts'
import type { VideoPlanView } from '../api/types.ts'
import { videoPlansQuery } from '../api/video-queries.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import type { Translate } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import { PlanDialog } from './plan-dialog.tsx'
import { daysInWords } from './plan-entry.ts'
import { plansRounds } from './planners.ts'

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function PlansTab({ title, choice }: TabProps) {
  const town = useTown()
  const { t } = town.words
  const query = useQuery(videoPlansQuery)
  const remove = usePlanRemoval()
  const [open, setOpen] = useState<VideoPlanView | 'new' | null>(null)
  const mayPlan = plansRounds(town.session.person.role)
  return (
    <>
      <div className="page-head">
        {title}
        {choice}
        <span className="grow" />
        {mayPlan && (
          <Button type="primary" className="plan-add" onClick={() => setOpen('new')}>
            {t('plan.add')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <p className="second">{t('plan.what')}</p>
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
        {query.isPending && <div className="panel skeleton video-waiting" aria-busy="true" />}
        {query.data?.length === 0 && (
          <div className="panel empty">
            <strong>{t('plan.none')}</strong>
            <span>{t(mayPlan ? 'plan.noneNext' : 'video.noneAsk')}</span>
          </div>
        )}
        {query.data && query.data.length > 0 && (
          <ul className="panel plan-list" aria-label={t('video.tab.plans')}>
            {query.data.map((plan) => (
              <PlanRow
                key={plan.id}
                plan={plan}
                isBusy={remove.isPending}
                acts={
                  mayPlan && isInScopeOf(town, plan.scope)
                    ? { edit: () => setOpen(plan), remove: () => void remove.ask(plan) }
                    : null
                }
              />
            ))}
          </ul>
        )}
      </div>
      {open !== null && (
        <PlanDialog plan={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </>
  )
}

function usePlanRemoval() {
  const { t } = useTown().words
  const client = useQueryClient()
  const { modal } = App.useApp()
  const remove = useMutation({
    mutationFn: (id: string) =>
      call(`/video/plans/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () =>
      Promise.all(
        ['video-plans', 'video-rounds', 'video-coverage'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
  async function ask({ id, name }: VideoPlanView): Promise<void> {
    const isSure = await modal.confirm({
      title: t('plan.remove'),
      content: t('plan.removeAsk', { name }),
      okText: t('plan.remove'),
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
    if (isSure) remove.mutate(id)
  }
  return { ...remove, ask }
}

interface PlanRowProps {
  plan: VideoPlanView
  isBusy: boolean
  acts: { edit: () => void; remove: () => void } | null
}

function PlanRow({ plan, isBusy, acts }: PlanRowProps) {
  const town = useTown()
  const { t } = town.words
  const { name, scope, cameras, starts, windowMin, checklist, enabled } = plan
  return (
    <li className={enabled ? 'plan-row' : 'plan-row is-off'} data-plan={plan.id}>
      <div className="round-words">
        <p className="round-name">
          <b>{name}</b> {!enabled && <span className="mark-chip">{t('plan.off')}</span>}
        </p>
        <p className="second">
          {town.place(scope)} · {t('video.cameras', { n: cameras.length })}
        </p>
        {checklist.length > 0 && (
          <p className="second plan-checks">{checklist.join(t('list.comma'))}</p>
        )}
      </div>
      <div className="plan-when">
        <b>{starts.join(t('list.comma'))}</b>
        <span className="second">
          {weekdayWords(t, plan.weekdays)} · {t('plan.within', { n: windowMin })}
        </span>
      </div>
      <div className="plan-acts">
        {acts && (
          <>
            <Button aria-label={t('plan.editFor', { name })} disabled={isBusy} onClick={acts.edit}>
              {t('plan.change')}
            </Button>
            <Button
              type="text"
              aria-label={t('plan.removeFor', { name })}
              icon={<Icon name="close" size={16} />}
              disabled={isBusy}
              onClick={acts.remove}
            />
          </>
        )}
      </div>
    </li>
  )
}

function weekdayWords(t: Translate, weekdays: readonly number[]): string {
  const kind = daysInWords(weekdays)
  if (kind !== 'listed') return t(`plan.${kind}`)
  return weekdays
    .toSorted((a, b) => a - b)
    .map((day) => t(`plan.day.${day as 1 | 2 | 3 | 4 | 5 | 6 | 7}`))
    .join(t('list.comma'))
}
