import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Modal } from 'antd'
import { call } from '../api/client.ts'
import type { UserView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import type { Handover } from './handover-dialog.tsx'

/** What is asked once more before it is done. */
export type UserAsk = 'reset' | 'signOut' | 'removeFactor' | 'disable' | 'enable'

interface AskDialogProps {
  user: UserView
  ask: UserAsk
  onClose: () => void
  onDone: (words: string, made: Handover | null) => void
}

interface Answer {
  user: UserView
  password?: string | null
}

async function send({ username }: UserView, ask: UserAsk): Promise<Answer> {
  const path = `/users/${encodeURIComponent(username)}`
  switch (ask) {
    case 'reset':
      return call<Answer>(`${path}/password`, { method: 'POST', body: {} })
    case 'signOut':
      return { user: await call<UserView>(`${path}/sign-out`, { method: 'POST', body: {} }) }
    case 'removeFactor':
      return { user: await call<UserView>(`${path}/second-factor`, { method: 'DELETE' }) }
    case 'disable':
    case 'enable':
      return {
        user: await call<UserView>(path, {
          method: 'PATCH',
          body: { disabled: ask === 'disable' },
        }),
      }
  }
}

const questions: Record<Exclude<UserAsk, 'enable'>, Key> = {
  reset: 'people.resetAsk',
  signOut: 'people.signOutAsk',
  removeFactor: 'people.removeFactorAsk',
  disable: 'people.disableAsk',
}

const done: Record<Exclude<UserAsk, 'reset'>, Key> = {
  signOut: 'people.signOutDone',
  removeFactor: 'people.removeFactorDone',
  disable: 'people.disableDone',
  enable: 'people.enableDone',
}

export function AskDialog({ user, ask, onClose, onDone }: AskDialogProps) {
  const { t } = useTown().words
  const client = useQueryClient()
  const name = user.displayName
  const act = useMutation({
    mutationFn: () => send(user, ask),
    onSuccess: async ({ password }) => {
      await client.invalidateQueries({ queryKey: ['users'] })
      const words = ask === 'reset' ? '' : t(done[ask], { name })
      onDone(words, password ? { username: user.username, name, password, isNew: false } : null)
    },
  })
  return (
    <Modal
      open
      title={t(`people.${ask}` as Key)}
      okText={t(`people.${ask}` as Key)}
      cancelText={t('dialog.cancel')}
      confirmLoading={act.isPending}
      onOk={() => act.mutate()}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p>{ask === 'enable' ? name : t(questions[ask], { name })}</p>
      {act.isError && (
        <p className="said" role="alert">
          {failureWords(act.error, t, { conflict: 'people.lastAdministrator' })}
        </p>
      )}
    </Modal>
  )
}
