import { Button, Checkbox } from 'antd'
import type { CameraView, ProbeAnswer } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import { makerAndModel, problemAdvice, problemTitle, streamWords } from './camera-words.ts'
import { knownAt } from './new-cameras.ts'
import type { Login, ProbeQueue, ProbeRow } from './probe-queue.ts'

interface ListProps {
  rows: readonly ProbeRow[]
  queue: ProbeQueue
  login: Login
  left: ReadonlySet<string>
  cameras: readonly CameraView[]
  onLeft: (left: ReadonlySet<string>) => void
}

/** How far the trying is, and what each camera said. */
export function ProbeList({ rows, queue, login, left, cameras, onLeft }: ListProps) {
  const { t } = useTown().words
  if (rows.length === 0) return null
  const settled = rows.filter(({ state }) => state === 'answered' || state === 'failed').length
  function choose(address: string, isWanted: boolean): void {
    const next = new Set(left)
    if (isWanted) next.delete(address)
    else next.add(address)
    onLeft(next)
  }
  return (
    <section className="probe" aria-label={t('join.progress')}>
      <div className="probe-progress" role="status">
        <progress max={rows.length} value={settled} aria-hidden="true" />
        <span>{t('join.tried', { n: settled, all: rows.length })}</span>
      </div>
      <ul className="probe-list">
        {rows.map((row) => (
          <ProbeItem
            key={row.address}
            row={row}
            known={knownAt(row.address, cameras)}
            isWanted={!left.has(row.address)}
            onWanted={(isWanted) => choose(row.address, isWanted)}
            onAgain={() => queue.again(row.address, login)}
            onRemove={() => queue.remove(row.address)}
          />
        ))}
      </ul>
    </section>
  )
}

interface ItemProps {
  row: ProbeRow
  known: CameraView | undefined
  isWanted: boolean
  onWanted: (isWanted: boolean) => void
  onAgain: () => void
  onRemove: () => void
}

function ProbeItem({ row, known, isWanted, onWanted, onAgain, onRemove }: ItemProps) {
  const { t } = useTown().words
  const { address, state, answer } = row
  return (
    <li className={`probe-item is-${state}`} data-address={address}>
      <span className="probe-picture">
        {answer?.still ? (
          <img
            src={`data:image/jpeg;base64,${answer.still}`}
            alt={t('join.pictureOf', { address })}
          />
        ) : (
          <Icon name={state === 'failed' ? 'away' : 'camera'} size={22} />
        )}
      </span>
      <div className="probe-words">
        <p className="mono" lang="und">
          {address}
        </p>
        {state === 'waiting' && <p className="second">{t('join.waiting')}</p>}
        {state === 'asking' && <p className="second">{t('join.asking')}</p>}
        {state === 'failed' && <Failed row={row} />}
        {state === 'answered' && answer && <Answered answer={answer} known={known} />}
      </div>
      <div className="probe-acts">
        {state === 'answered' && (
          <Checkbox
            checked={isWanted}
            aria-label={t('join.want', { address })}
            onChange={(event) => onWanted(event.target.checked)}
          />
        )}
        {state === 'failed' && <Button onClick={onAgain}>{t('join.again')}</Button>}
        {state !== 'asking' && state !== 'answered' && (
          <Button
            type="text"
            aria-label={t('join.remove', { address })}
            icon={<Icon name="close" size={16} />}
            onClick={onRemove}
          />
        )}
      </div>
    </li>
  )
}

function Failed({ row: { answer, failure } }: { row: ProbeRow }) {
  const { t } = useTown().words
  const problem = answer?.problem
  if (!problem) return <p role="alert">{failureWords(failure, t)}</p>
  return (
    <div role="alert">
      <p>
        <strong>{problemTitle(t, problem)}</strong>
      </p>
      <p className="second">{problemAdvice(t, problem)}</p>
      {answer.text !== null && (
        <p className="quiet probe-technical" lang="und">
          {answer.text}
        </p>
      )}
    </div>
  )
}

function Answered({ answer, known }: { answer: ProbeAnswer; known: CameraView | undefined }) {
  const { t } = useTown().words
  const { abilities, warnings } = answer
  if (!abilities) return null
  const { ptz } = abilities
  const facts = [
    t(abilities.events ? 'join.events' : 'join.noEvents'),
    ptz ? t('join.ptz', { n: ptz.presets.length }) : t('join.noPtz'),
    t('join.profiles', { n: abilities.profiles.length }),
  ]
  return (
    <>
      <p>
        <strong lang="und">{makerAndModel({ abilities })}</strong>{' '}
        <span className="second" lang="und">
          {[abilities.firmware, streamWords(abilities)].filter(Boolean).join(' · ')}
        </span>
      </p>
      <p className="second">{facts.join(' · ')}</p>
      {known && <p className="second">{t('join.known', { name: known.name })}</p>}
      {warnings.map((warning) => (
        <p key={warning} className="probe-warning">
          <Icon name="warning" size={14} />
          <span>
            {problemTitle(t, warning)} {problemAdvice(t, warning)}
          </span>
        </p>
      ))}
    </>
  )
}
