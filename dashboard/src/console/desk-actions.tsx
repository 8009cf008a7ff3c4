import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { CaseDetail, CaseView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { StepDialog } from '../cases/step-dialog.tsx'
import { type Seen, useCaseActs } from '../cases/use-case-acts.ts'
import type { Wish } from './console-page.tsx'

interface DeskActionsProps {
  one: CaseView
  detail: CaseDetail | undefined
  wish: Wish | null
  onDialog: (isOpen: boolean) => void
}

/** The decision is made under the picture. Every button keeps its place; what is not possible now is dimmed. */
export function DeskActions({ one, detail, wish, onDialog }: DeskActionsProps) {
  const { t } = useTown().words
  const acts = useCaseActs(one.id)
  const [asked, setAsked] = useState<{ step: 'dispatch' | 'void'; seen: Seen } | null>(null)
  const lastWish = useRef(wish?.id ?? 0)
  const may = (step: 'accept' | 'dispatch' | 'void') => detail?.actions.includes(step) === true
  const canAcknowledge = one.unacknowledged > 0

  function ask(step: 'dispatch' | 'void' | null): void {
    acts.clearFailure()
    setAsked(step && { step, seen: { state: one.state, version: one.version } })
    onDialog(step !== null)
  }

  function run(step: Wish['step']): void {
    if (acts.isBusy) return
    if (step === 'acknowledge' && canAcknowledge) void acts.acknowledge()
    if (step === 'accept' && may('accept')) void acts.step('accept')
    if (step === 'dispatch' && may('dispatch')) ask('dispatch')
    if (step === 'falseAlarm' && may('void')) ask('void')
  }

  useEffect(() => {
    if (!wish || wish.id === lastWish.current) return
    lastWish.current = wish.id
    run(wish.step)
  })

  const primary = canAcknowledge
    ? 'acknowledge'
    : may('accept')
      ? 'accept'
      : may('dispatch')
        ? 'dispatch'
        : null
  return (
    <>
      {acts.failure !== null && asked === null && (
        <p className="said" role="alert">
          {acts.failure}
        </p>
      )}
      <div className="desk-actions">
        <Act
          name="acknowledge"
          hint="A"
          isPrimary={primary === 'acknowledge'}
          isOff={!canAcknowledge}
          run={run}
          label={canAcknowledge || one.alarms === 0 ? t('act.acknowledge') : t('act.acknowledged')}
        />
        <Act
          name="accept"
          hint="T"
          isPrimary={primary === 'accept'}
          isOff={!may('accept')}
          run={run}
          label={t('act.accept')}
        />
        <Act
          name="falseAlarm"
          hint="F"
          isPrimary={false}
          isOff={!may('void')}
          run={run}
          label={t('act.falseAlarm')}
        />
        <Act
          name="dispatch"
          hint="D"
          isPrimary={primary === 'dispatch'}
          isOff={!may('dispatch')}
          run={run}
          label={t('act.dispatch')}
        />
        <Link to="/cases/$id" params={{ id: one.id }} className="desk-open">
          {t('act.open')} <kbd className="kbd">Enter</kbd>
        </Link>
      </div>
      {asked !== null && detail && (
        <StepDialog
          detail={detail}
          step={asked.step}
          isFalseAlarm={asked.step === 'void' && one.alarms > 0}
          isBusy={acts.isBusy}
          failure={acts.failure}
          onCancel={() => ask(null)}
          onDone={(body) =>
            void acts.step(asked.step, body, asked.seen).then((isDone) => isDone && ask(null))
          }
        />
      )}
    </>
  )
}

interface ActProps {
  name: Wish['step']
  hint: string
  label: string
  isPrimary: boolean
  isOff: boolean
  run: (step: Wish['step']) => void
}

function Act({ name, hint, label, isPrimary, isOff, run }: ActProps) {
  return (
    <Button
      type={isPrimary ? 'primary' : 'default'}
      size="large"
      disabled={isOff}
      data-act={name}
      aria-keyshortcuts={hint}
      onClick={() => run(name)}
    >
      {label} <kbd className="kbd">{hint}</kbd>
    </Button>
  )
}
