import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Input, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { patrolRoutesQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { useWalkAct } from './use-walk-acts.ts'

interface DialogProps {
  round: PatrolRoundView
  onClose: () => void
}

export function ExcuseDialog({ round, onClose }: DialogProps) {
  const { t } = useTown().words
  const [reason, setReason] = useState('')
  return (
    <WalkDialog
      {...{ round, onClose }}
      words={{
        title: t('walk.excuseTitle'),
        what: t('walk.excuseWhat'),
        ok: t('walk.excuseOk'),
        missing: t('walk.excuseMissing'),
      }}
      act={reason.trim() === '' ? null : { reason: reason.trim() }}
    >
      <label className="walk-field">
        <span>{t('walk.excuseReason')}</span>
        <Input.TextArea
          rows={3}
          maxLength={200}
          value={reason}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </WalkDialog>
  )
}

export function GiveDialog({ round, onClose }: DialogProps) {
  const { t } = useTown().words
  const routes = useQuery(patrolRoutesQuery).data ?? []
  const [team, setTeam] = useState('')
  const teams = [...new Set(routes.map((route) => route.team))].filter((one) => one !== round.team)
  return (
    <WalkDialog
      {...{ round, onClose }}
      words={{
        title: t('walk.giveTitle'),
        what: t('walk.giveWhat'),
        ok: t('walk.giveOk'),
        missing: t('walk.giveMissing'),
      }}
      act={team.trim() === '' ? null : { team: team.trim() }}
    >
      <label className="walk-field">
        <span>{t('walk.giveTo')}</span>
        <AutoComplete
          value={team}
          autoFocus
          onChange={setTeam}
          options={teams.toSorted((a, b) => a.localeCompare(b, 'zh')).map((value) => ({ value }))}
          showSearch={{ filterOption: true }}
        >
          <Input maxLength={100} aria-label={t('walk.giveTo')} />
        </AutoComplete>
      </label>
    </WalkDialog>
  )
}

interface WalkDialogProps extends DialogProps {
  words: { title: string; what: string; ok: string; missing: string }
  /** Null: something is missing yet. */
  act: Parameters<ReturnType<typeof useWalkAct>['mutate']>[0] | null
  children: ReactNode
}

function WalkDialog({ round, onClose, words, act, children }: WalkDialogProps) {
  const { t } = useTown().words
  const [isAsked, setAsked] = useState(false)
  const save = useWalkAct(round.id, onClose)

  function finish(): void {
    setAsked(true)
    if (act !== null) save.mutate(act)
  }

  return (
    <Modal
      open
      title={words.title}
      okText={words.ok}
      cancelText={t('dialog.cancel')}
      confirmLoading={save.isPending}
      onOk={finish}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">
        {round.name} · {round.team}
      </p>
      <p className="second">{words.what}</p>
      {children}
      {isAsked && (act === null || save.isError) && (
        <p className="said" role="alert">
          {act === null
            ? words.missing
            : failureWords(save.error, t, {
                conflict: 'walk.conflict',
                ...('team' in act && { invalid: 'walk.giveNobody' }),
              })}
        </p>
      )}
    </Modal>
  )
}
