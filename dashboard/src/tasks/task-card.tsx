import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { caseQuery } from '../api/queries.ts'
import type { CaseView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { CaseMarks } from '../cases/case-marks.tsx'
import { type CaseActs, type StepBody, useCaseActs } from '../cases/use-case-acts.ts'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueNote } from '../parts/due-clock.tsx'
import { describeCause } from '../parts/words.ts'
import { TaskDialog } from './task-dialog.tsx'
import { type MainStep, mainStep } from './task-order.ts'

type Asked = Exclude<MainStep, 'sign' | 'resume'> | 'answer'

/** One task: what, where, until when, and the one step that carries it on. */
export function TaskCard({ one }: { one: CaseView }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const actions = useQuery(caseQuery(one.id)).data?.actions
  const acts = useCaseActs(one.id)
  const [asked, setAsked] = useState<Asked | null>(null)
  const next = actions ? mainStep(actions) : null

  async function send(step: MainStep | 'answer', body?: StepBody): Promise<void> {
    const seen = { state: one.state, version: one.version }
    const isDone = await acts.step(step, body, seen)
    void client.invalidateQueries({ queryKey: ['tasks'] })
    if (isDone) setAsked(null)
  }

  function begin(step: MainStep | 'answer'): void {
    acts.clearFailure()
    if (step === 'sign' || step === 'resume') void send(step)
    else setAsked(step)
  }

  return (
    <article className="panel task" data-case={one.id}>
      <TaskWords one={one} />
      {one.supervision !== null && (
        <Supervised
          one={one}
          onAnswer={actions?.includes('answer') ? () => begin('answer') : null}
        />
      )}
      <TaskFailure acts={acts} isHidden={asked !== null} />
      <div className="task-buttons">
        {next !== null && (
          <Button
            type="primary"
            block
            data-act={next}
            disabled={acts.isBusy}
            onClick={() => begin(next)}
          >
            {t(`step.${next}`)}
          </Button>
        )}
        {actions && next === null && <p>{t('tasks.waits')}</p>}
        <Link className="task-open" to="/cases/$id" params={{ id: one.id }}>
          {t('tasks.open')}
        </Link>
      </div>
      {asked !== null && (
        <TaskDialog
          one={one}
          step={asked}
          isBusy={acts.isBusy}
          failure={acts.failure}
          onDone={(body) => void send(asked, body)}
          onCancel={() => setAsked(null)}
        />
      )}
    </article>
  )
}

function TaskWords({ one }: { one: CaseView }) {
  const town = useTown()
  const { words, zone } = town
  return (
    <>
      <header className="task-head">
        <Badge severity={one.severity} size={40} state={badgeState(one)} />
        <h2>{town.title(one)}</h2>
      </header>
      <p className="task-due">
        <b>{words.t(`state.${one.state}`)}</b>
        {one.state !== 'suspended' && <DueNote one={one} />}
        <CaseMarks one={one} />
      </p>
      {one.text !== null && <p className="task-text">{one.text}</p>}
      {one.text === null && one.lastAlarm && (
        <p className="task-text">
          {one.lastAlarm.deviceName} · {describeCause(words, one.lastAlarm, zone)}
        </p>
      )}
      <p className="second">{one.number}</p>
    </>
  )
}

interface SupervisedProps {
  one: CaseView
  onAnswer: (() => void) | null
}

function Supervised({ one: { supervision }, onAnswer }: SupervisedProps) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  if (supervision === null) return null
  const isLate = supervision.dueAt < now
  return (
    <div className="task-supervision">
      <p>
        {t(isLate ? 'supervision.late' : 'supervision.title', {
          time: shortTime(supervision.dueAt, now, zone),
        })}
      </p>
      <p>{t('tasks.by', { name: supervision.by, text: supervision.text })}</p>
      {onAnswer && (
        <Button block data-act="answer" onClick={onAnswer}>
          {t('step.answer')}
        </Button>
      )}
    </div>
  )
}

function TaskFailure({ acts, isHidden }: { acts: CaseActs; isHidden: boolean }) {
  if (acts.failure === null || isHidden) return null
  return (
    <p className="said" role="alert">
      {acts.failure}
    </p>
  )
}
