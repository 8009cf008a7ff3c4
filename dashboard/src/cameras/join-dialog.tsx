import { useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { useState } from 'react'
import { camerasQuery } from '../api/camera-queries.ts'
import { devicesQuery } from '../api/queries.ts'
import type { FoundCamera } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { JoinFind } from './join-find.tsx'
import { JoinFinish } from './join-finish.tsx'
import { JoinPlaces } from './join-places.tsx'
import { type Draft, draftsOf, knownAt, missingOf } from './new-cameras.ts'
import type { Login } from './probe-queue.ts'
import { useProbes } from './use-probes.ts'
import './join-dialog.css'

interface DialogProps {
  /** What is asked first. */
  addresses: readonly string[]
  onClose: () => void
}

type Step = 'find' | 'place' | 'finish'

/** From addresses and one login to cameras of the town: find, try, place, join. */
export function JoinDialog({ addresses, onClose }: DialogProps) {
  const { t } = useTown().words
  const cameras = useQuery(camerasQuery).data ?? []
  const devices = useQuery(devicesQuery).data ?? []
  const [step, setStep] = useState<Step>('find')
  const [login, setLogin] = useState<Login>({ username: '', password: '' })
  const [found, setFound] = useState<readonly FoundCamera[]>([])
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [drafts, setDrafts] = useState<readonly Draft[]>([])
  const [isDone, setDone] = useState(false)
  const { rows, queue } = useProbes()

  const answered = rows.filter(({ state, address }) => state === 'answered' && !left.has(address))
  const fresh = answered.filter(({ address }) => !knownAt(address, cameras))
  const known = answered.flatMap(({ address }) => knownAt(address, cameras) ?? [])
  const ids = [...devices.map(({ id }) => id), ...drafts.map(({ id }) => id)]
  const isPlaced = drafts.every((draft) => missingOf(draft, ids).length === 0)

  function toPlaces(): void {
    const kept = new Map(drafts.map((draft) => [draft.address, draft]))
    const made = draftsOf({
      answers: fresh.flatMap(({ answer }) => answer ?? []),
      found,
      taken: devices.map(({ id }) => id),
      nameOf: (n) => t('join.nameOf', { n }),
    })
    setDrafts(made.map((draft) => kept.get(draft.address) ?? draft))
    setStep(made.length === 0 ? 'finish' : 'place')
  }

  const next = { find: toPlaces, place: () => setStep('finish'), finish: onClose }[step]
  const isReady = { find: answered.length > 0, place: isPlaced, finish: isDone }[step]
  const okText = {
    find:
      fresh.length === 0 && known.length > 0
        ? t('join.setLogins', { n: known.length })
        : t('join.toPlaces', { n: answered.length }),
    place: t('join.join', { n: drafts.length }),
    finish: t('dialog.close'),
  }[step]
  return (
    <Modal
      open
      width={980}
      className="join"
      title={t(`join.title.${step}`)}
      okText={okText}
      okButtonProps={{ disabled: !isReady }}
      cancelText={t(step === 'place' ? 'join.back' : 'dialog.cancel')}
      cancelButtonProps={step === 'finish' ? { style: { display: 'none' } } : {}}
      onOk={next}
      onCancel={onClose}
      {...(step === 'place' && { cancelButtonProps: { onClick: () => setStep('find') } })}
      mask={{ closable: false }}
      transitionName=""
      maskTransitionName=""
    >
      {step === 'find' && (
        <JoinFind
          first={addresses}
          {...{ login, rows, queue, found, left, cameras }}
          onLogin={setLogin}
          onFound={setFound}
          onLeft={setLeft}
        />
      )}
      {step === 'place' && (
        <JoinPlaces drafts={drafts} ids={ids} rows={rows} onDrafts={setDrafts} />
      )}
      {step === 'finish' && (
        <JoinFinish
          drafts={fresh.length === 0 ? [] : drafts}
          known={known}
          login={login}
          onDone={() => setDone(true)}
        />
      )}
    </Modal>
  )
}
