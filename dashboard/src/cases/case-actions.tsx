import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { CaseDetail } from '../api/types.ts'
import { mayAcknowledge, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { needsDialog, StepDialog } from './step-dialog.tsx'
import { type Seen, useCaseActs } from './use-case-acts.ts'

/** The step that carries the case on stands first and is the one primary button. */
const forward: readonly CaseAct[] = [
  'accept',
  'dispatch',
  'sign',
  'feedback',
  'verify',
  'resume',
  'evaluate',
]
const rare: readonly CaseAct[] = ['void', 'merge', 'reopen']

export function orderedSteps(actions: readonly CaseAct[]): {
  first: CaseAct[]
  rest: CaseAct[]
} {
  const first = [
    ...forward.filter((step) => actions.includes(step)),
    ...actions.filter((step) => !forward.includes(step) && !rare.includes(step)),
  ]
  return { first, rest: rare.filter((step) => actions.includes(step)) }
}

interface Asked {
  step: CaseAct
  isFalseAlarm: boolean
  seen: Seen
}

export function CaseActions({ detail }: { detail: CaseDetail }) {
  const { session, words } = useTown()
  const { t } = words
  const acts = useCaseActs(detail.id)
  const [asked, setAsked] = useState<Asked | null>(null)
  const { first, rest } = orderedSteps(detail.actions)
  const canAcknowledge = detail.unacknowledged > 0 && mayAcknowledge(session.person.role)

  function begin(step: CaseAct, isFalseAlarm = false): void {
    acts.clearFailure()
    if (needsDialog(step))
      setAsked({ step, isFalseAlarm, seen: { state: detail.state, version: detail.version } })
    else void acts.step(step)
  }

  return (
    <div className="case-actions">
      <div className="case-buttons">
        {canAcknowledge && (
          <Button
            type="primary"
            data-act="acknowledge"
            disabled={acts.isBusy}
            onClick={() => void acts.acknowledge()}
          >
            {t('act.acknowledge')}
          </Button>
        )}
        {first.map((step, index) => (
          <Button
            key={step}
            type={index === 0 && !canAcknowledge && forward.includes(step) ? 'primary' : 'default'}
            data-act={step}
            disabled={acts.isBusy}
            onClick={() => begin(step)}
          >
            {t(`step.${step}`)}
          </Button>
        ))}
        {detail.actions.includes('void') && (
          <Button data-act="falseAlarm" disabled={acts.isBusy} onClick={() => begin('void', true)}>
            {t('step.falseAlarm')}
          </Button>
        )}
        {rest.length > 0 && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: rest.map((step) => ({
                key: step,
                label: t(`step.${step}`),
                onClick: () => begin(step),
              })),
            }}
          >
            <Button aria-label={t('act.more')} icon={<Icon name="more" />} />
          </Dropdown>
        )}
        {first.length === 0 && rest.length === 0 && !canAcknowledge && (
          <span className="second">{t('act.nothing')}</span>
        )}
      </div>
      {acts.failure !== null && asked === null && (
        <p className="said" role="alert">
          {acts.failure}
        </p>
      )}
      {asked !== null && (
        <StepDialog
          detail={detail}
          step={asked.step}
          isFalseAlarm={asked.isFalseAlarm}
          isBusy={acts.isBusy}
          failure={acts.failure}
          onCancel={() => setAsked(null)}
          onDone={(body) =>
            void acts.step(asked.step, body, asked.seen).then((isDone) => isDone && setAsked(null))
          }
        />
      )}
    </div>
  )
}
