import { Link } from '@tanstack/react-router'
import { Button, Checkbox, Input } from 'antd'
import type { VideoRoundState } from '../../../gateway/domain/video-round.ts'
import type { VideoLookView, VideoRoundDetail } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { isOpen, lookAt } from './rounds.ts'
import type { Said } from './use-look.ts'

interface LookFormProps {
  round: VideoRoundDetail
  state: VideoRoundState
  /** Its place in the walk. */
  at: number
  said: Said
  /** It gives no picture now: nobody can call it normal at a glance. */
  isAway: boolean
  isBusy: boolean
  onNormal: () => void
  onReport: () => void
  onStep: (by: 1 | -1) => void
}

export function LookForm(props: LookFormProps) {
  const { round, state, at, onStep } = props
  const { t } = useTown().words
  const camera = round.cameras[at]
  if (!camera) return null
  const look = lookAt(round, camera.id)
  const isMakeable = isOpen(state)
  return (
    <section className="panel look-form" aria-label={camera.name}>
      <header>
        <p className="second">{t('round.camera', { n: at + 1, all: round.cameras.length })}</p>
        <h2>{camera.name}</h2>
      </header>
      {look && <LookSaid look={look} />}
      {isMakeable && look?.verdict !== 'reported' && <LookFields {...props} />}
      {!isMakeable && !look && <p className="second">{t('round.notLooked')}</p>}
      {!isMakeable && <WhyNot round={round} state={state} />}
      <div className="look-steps">
        <Button
          disabled={at === 0}
          icon={<Icon name="back" size={16} />}
          onClick={() => onStep(-1)}
        >
          {t('round.previous')}
        </Button>
        <Button
          disabled={at === round.cameras.length - 1}
          icon={<Icon name="next" size={16} />}
          iconPlacement="end"
          onClick={() => onStep(1)}
        >
          {t('round.next')}
        </Button>
      </div>
    </section>
  )
}

function WhyNot({ round, state }: { round: VideoRoundDetail; state: VideoRoundState }) {
  const { words, zone } = useTown()
  const now = useNow()
  if (state === 'planned')
    return (
      <p className="second">
        {words.t('round.notYet', { time: shortTime(round.dueFrom, now, zone) })}
      </p>
    )
  if (state !== 'missed' && state !== 'incomplete') return null
  return <p className="second">{words.t('round.over')}</p>
}

/** What was said of it, by whom; of a report also where it went. */
function LookSaid({ look }: { look: VideoLookView }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const who = { by: look.by, time: shortTime(look.at, now, zone) }
  const isReported = look.verdict === 'reported'
  return (
    <div className={isReported ? 'look-said is-reported' : 'look-said'} role="status">
      <p>
        <Icon name={isReported ? 'warning' : 'check'} size={16} />
        {t(isReported ? 'round.wasReported' : 'round.noted', who)}
      </p>
      {look.findings.length > 0 && (
        <p className="second">
          {t('round.findings', { items: look.findings.join(t('list.comma')) })}
        </p>
      )}
      {look.note !== null && <p className="second">{look.note}</p>}
      {look.case !== null && (
        <Link to="/cases/$id" params={{ id: look.case }} className="look-case">
          {t('round.caseOf', { number: look.caseNumber ?? '' })}
        </Link>
      )}
      {look.picture !== null && (
        <a
          href={`/api/v1/pictures/${look.picture}`}
          target="_blank"
          rel="noreferrer"
          className="look-picture"
        >
          <img src={`/api/v1/pictures/${look.picture}`} alt={t('pictures.one', { n: 1 })} />
        </a>
      )}
    </div>
  )
}

function LookFields({ round, said, isAway, isBusy, onNormal, onReport }: LookFormProps) {
  const { t } = useTown().words
  const isHeld = said.findings.length > 0
  return (
    <>
      {round.checklist.length > 0 && (
        <fieldset className="look-checks">
          <legend>
            {t('round.check')} <small className="second">{t('round.checkHelp')}</small>
          </legend>
          {round.checklist.map((item, index) => (
            <Checkbox
              key={item}
              checked={said.findings.includes(item)}
              onChange={() => said.tick(item)}
            >
              {index < 9 && <kbd className="kbd">{index + 1}</kbd>} {item}
            </Checkbox>
          ))}
        </fieldset>
      )}
      <label className="look-field">
        <span>
          {t('round.note')} <small className="second">{t('round.noteHelp')}</small>
        </span>
        <Input.TextArea
          autoSize={{ minRows: 2, maxRows: 5 }}
          maxLength={500}
          value={said.note}
          onChange={(event) => said.setNote(event.target.value)}
        />
      </label>
      <div className="look-buttons">
        <Button
          size="large"
          type={isHeld || isAway ? 'default' : 'primary'}
          data-act="normal"
          disabled={isBusy || isHeld}
          onClick={onNormal}
        >
          {t('round.normal')} <kbd className="kbd">N</kbd>
        </Button>
        <Button
          size="large"
          type={isHeld || isAway ? 'primary' : 'default'}
          data-act="report"
          disabled={isBusy}
          onClick={onReport}
        >
          {t('round.report')} <kbd className="kbd">R</kbd>
        </Button>
      </div>
      {isHeld && (
        <p className="second" role="status">
          {t('round.normalHeld')}
        </p>
      )}
    </>
  )
}
