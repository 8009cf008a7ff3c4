import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call } from '../api/client.ts'
import type { CameraView, NewCamera } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import type { Draft } from './new-cameras.ts'
import type { Login } from './probe-queue.ts'

interface FinishProps {
  drafts: readonly Draft[]
  /** These are there already and only get the login. */
  known: readonly CameraView[]
  login: Login
  onDone: () => void
}

interface Task {
  id: string
  name: string
  run: () => Promise<unknown>
}

type Outcome = { kind: 'done' } | { kind: 'failed'; error: unknown }

function newCamera(draft: Draft, login: Login): NewCamera {
  const { point, village, name, ...rest } = draft
  const [lon, lat] = point ?? [0, 0]
  return { ...rest, name: name.trim(), village: village ?? '', lon, lat, ...login }
}

function tasksOf({ drafts, known, login }: FinishProps): Task[] {
  return [
    ...drafts.map((draft) => ({
      id: draft.id,
      name: draft.name,
      run: () => call('/cameras', { method: 'POST', body: newCamera(draft, login) }),
    })),
    ...known.map(({ id, name }) => ({
      id,
      name,
      run: () => call(`/cameras/${encodeURIComponent(id)}`, { method: 'PATCH', body: { login } }),
    })),
  ]
}

/** One after the other, each with what became of it. */
export function JoinFinish(props: FinishProps) {
  const { t } = useTown().words
  const client = useQueryClient()
  const [tasks] = useState(() => tasksOf(props))
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const { onDone } = props
  const isRun = useRef(false)
  useEffect(() => {
    // A camera must not join twice, whatever draws this again.
    if (isRun.current) return
    isRun.current = true
    const settle = (id: string, outcome: Outcome) =>
      setOutcomes((now) => new Map(now).set(id, outcome))
    async function runAll(): Promise<void> {
      for (const { id, run } of tasks) {
        try {
          await run()
          settle(id, { kind: 'done' })
        } catch (error) {
          settle(id, { kind: 'failed', error })
        }
      }
      await client.invalidateQueries({ queryKey: ['cameras'] })
      await client.invalidateQueries({ queryKey: ['devices'] })
      onDone()
    }
    void runAll()
  }, [tasks, client, onDone])
  const done = [...outcomes.values()].filter(({ kind }) => kind === 'done').length
  return (
    <div className="join-finish">
      <div className="probe-progress" role="status">
        <progress max={tasks.length} value={outcomes.size} aria-hidden="true" />
        <span>{t('join.joined', { n: done, all: tasks.length })}</span>
      </div>
      <ul className="join-outcomes">
        {tasks.map(({ id, name }) => {
          const outcome = outcomes.get(id)
          return (
            <li key={id} data-joined={outcome?.kind ?? 'waiting'}>
              <Icon
                name={outcome ? (outcome.kind === 'done' ? 'check' : 'warning') : 'clock'}
                size={16}
              />
              <b>{name}</b>
              {outcome?.kind === 'failed' && (
                <span role="alert">
                  {failureWords(outcome.error, t, {
                    conflict: 'join.taken',
                    invalid: 'join.invalid',
                  })}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {outcomes.size === tasks.length && <p className="second">{t('join.next')}</p>}
    </div>
  )
}
