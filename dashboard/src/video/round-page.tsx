import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { App } from 'antd'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { VideoRoundDetail } from '../api/types.ts'
import { videoRoundQuery } from '../api/video-queries.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { useIsAway } from './camera-path.ts'
import { LookForm } from './look-form.tsx'
import { ReportLook } from './report-look.tsx'
import { RoundHead } from './round-head.tsx'
import { RoundKeyBar } from './round-key-bar.tsx'
import { type RoundCommand, useRoundKeys } from './round-keys.ts'
import { RoundPicture } from './round-picture.tsx'
import { RoundStrip } from './round-strip.tsx'
import { firstToSee, isOpen, lookAt, nextToSee, stateOf, stepped, unseen } from './rounds.ts'
import { type Said, useLook } from './use-look.ts'
import { useRoundActs } from './use-round-acts.ts'
import './round.css'
import './video.css'

export function RoundPage() {
  const { id } = useParams({ from: '/signed-in/evaluators/video/$id' })
  const { t } = useTown().words
  const query = useQuery(videoRoundQuery(id))
  return (
    <Shell>
      {query.data ? (
        <Round key={id} round={query.data} />
      ) : query.isError ? (
        <div className="notice" role="alert">
          <strong>
            {t(
              query.error instanceof ApiError && query.error.kind === 'notFound'
                ? 'round.away'
                : 'failure.away',
            )}
          </strong>
          <Link to="/video">{t('round.toList')}</Link>
        </div>
      ) : (
        <div className="round" aria-busy="true">
          <div className="skeleton round-waiting" />
        </div>
      )}
    </Shell>
  )
}

/** Camera by camera: look, say normal or report, go on; at the end somebody signs for it. */
function Round({ round }: { round: VideoRoundDetail }) {
  const { t } = useTown().words
  const now = useNow()
  const state = stateOf(round, now)
  const isMakeable = isOpen(state)
  const [camera, setCamera] = useState(() => firstToSee(round))
  const [isReporting, setReporting] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const said = useLook(round, camera)
  const isAway = useIsAway(camera)
  const acts = useRoundActs(round)
  const sign = useSigning(round, acts.sign, setAsking)
  const wasReported = lookAt(round, camera)?.verdict === 'reported'

  function goOn(): void {
    const next = nextToSee(round, camera)
    if (next !== null) setCamera(next)
  }

  function normal(): void {
    if (!isMakeable || acts.isBusy || said.findings.length > 0) return
    // A report stays a report: its case is on its way.
    if (wasReported) goOn()
    else acts.look({ camera, verdict: 'normal', ...lookOf(said), hazard: null }, goOn)
  }

  function onCommand(command: RoundCommand): void {
    switch (command.act) {
      case 'next':
        return setCamera(stepped(round, camera, 1))
      case 'previous':
        return setCamera(stepped(round, camera, -1))
      case 'normal':
        return normal()
      case 'report':
        if (isMakeable && !wasReported) setReporting(true)
        return
      case 'tick':
        if (isMakeable) said.tickItem(command.item)
        return
      case 'sign':
        if (isMakeable) void sign()
    }
  }
  useRoundKeys(!isReporting && !isAsking, onCommand)

  const at = round.cameras.findIndex(({ id }) => id === camera)
  const shown = round.cameras[at]
  return (
    <div className="round">
      <RoundHead
        round={round}
        state={state}
        now={now}
        acts={acts}
        onSign={() => void sign()}
        onDialog={setAsking}
      />
      <RoundStrip round={round} camera={camera} onChoose={setCamera} />
      {acts.error !== null && (
        <p className="said" role="alert">
          {failureWords(acts.error, t, { conflict: 'round.conflict' })}
        </p>
      )}
      {shown && (
        <div className="round-main">
          <RoundPicture key={camera} camera={shown} round={round} />
          <LookForm
            key={`${camera} form`}
            round={round}
            state={state}
            at={at}
            said={said}
            isAway={isAway}
            isBusy={acts.isBusy}
            onNormal={normal}
            onReport={() => setReporting(true)}
            onStep={(by) => setCamera(stepped(round, camera, by))}
          />
        </div>
      )}
      {isMakeable && <RoundKeyBar />}
      {isReporting && shown && (
        <ReportLook
          camera={shown}
          said={said}
          isAway={isAway}
          error={acts.error}
          isBusy={acts.isBusy}
          onSend={(hazard, note) =>
            acts.look({ camera, verdict: 'reported', ...lookOf(said), note, hazard }, () =>
              setReporting(false),
            )
          }
          onClose={() => setReporting(false)}
        />
      )}
    </div>
  )
}

function lookOf({ findings, note }: Said) {
  return { findings, note: note.trim() === '' ? null : note.trim() }
}

function useSigning(
  round: VideoRoundDetail,
  sign: () => void,
  onDialog: (isOpen: boolean) => void,
) {
  const { words, session } = useTown()
  const { t } = words
  const { modal } = App.useApp()
  return async () => {
    if (unseen(round).length > 0) return
    onDialog(true)
    const isSure = await modal.confirm({
      title: t('round.signTitle'),
      content: t('round.signAsk', { all: round.cameras.length, n: round.reported }),
      okText: t('round.signAs', { name: session.person.displayName }),
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
    onDialog(false)
    if (isSure) sign()
  }
}
