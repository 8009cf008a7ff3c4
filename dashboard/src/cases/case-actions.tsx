import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { CaseDetail } from '../api/types.ts'
import { mayAcknowledge, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { CaseNotices } from './case-notices.tsx'
import { StepDialog } from './step-dialog.tsx'
import { needsDialog } from './step-needs.ts'
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
const beside: readonly CaseAct[] = ['sendBack', 'rework', 'suspend', 'extend']
/** Who looks after the work of others stands at the right. */
const urging: readonly CaseAct[] = ['remind', 'supervise']
const rare: readonly CaseAct[] = ['passUp', 'void', 'merge', 'split', 'close', 'reopen']

export function orderedSteps(actions: readonly CaseAct[]): {
  first: CaseAct[]
  side: CaseAct[]
  rest: CaseAct[]
} {
  const offered = (acts: readonly CaseAct[]) => acts.filter((act) => actions.includes(act))
  return {
    first: [...offered(forward), ...offered(beside)],
    side: offered(urging),
    rest: offered(rare),
  }
}

/** Since it was last opened again; another judgement stays possible, but nothing asks for it. */
function isEvaluated(timeline: CaseDetail['timeline']): boolean {
  const last = (act: string) =>
    Math.max(-1, ...timeline.flatMap((entry) => (entry.act === act ? entry.id : [])))
  return last('evaluate') > last('reopen')
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
  const { first, side, rest } = orderedSteps(detail.actions)
  const canAcknowledge = detail.unacknowledged > 0 && mayAcknowledge(session.person.role)
  const isPrimary = (step: CaseAct) =>
    forward.includes(step) && !(step === 'evaluate' && isEvaluated(detail.timeline))
  const isNothing = first.length + side.length + rest.length === 0 && !canAcknowledge

  function begin(step: CaseAct, isFalseAlarm = false): void {
    acts.clearFailure()
    if (needsDialog(step))
      setAsked({ step, isFalseAlarm, seen: { state: detail.state, version: detail.version } })
    else void acts.step(step)
  }

  const button = (step: CaseAct, isFirst = false) => (
    <Button
      key={step}
      type={isFirst && isPrimary(step) ? 'primary' : 'default'}
      data-act={step}
      disabled={acts.isBusy}
      onClick={() => begin(step)}
    >
      {t(`step.${step}`)}
    </Button>
  )

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
        {first.map((step, index) => button(step, index === 0 && !canAcknowledge))}
        {detail.actions.includes('void') && detail.alarms > 0 && (
          <Button data-act="falseAlarm" disabled={acts.isBusy} onClick={() => begin('void', true)}>
            {t('step.falseAlarm')}
          </Button>
        )}
        {isNothing && <span className="second">{t('act.nothing')}</span>}
        <span className="case-buttons-side">
          {side.map((step) => button(step))}
          {rest.length > 0 && <MoreSteps steps={rest} begin={begin} />}
        </span>
      </div>
      {acts.failure !== null && asked === null && (
        <p className="said" role="alert">
          {acts.failure}
        </p>
      )}
      <CaseNotices detail={detail} isBusy={acts.isBusy} begin={begin} />
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

interface MoreProps {
  steps: readonly CaseAct[]
  begin: (step: CaseAct) => void
}

function MoreSteps({ steps, begin }: MoreProps) {
  const { t } = useTown().words
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: steps.map((step) => ({
          key: step,
          label: t(`step.${step}`),
          onClick: () => begin(step),
        })),
      }}
    >
      <Button aria-label={t('act.more')} icon={<Icon name="more" />} />
    </Dropdown>
  )
}
