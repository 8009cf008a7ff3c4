import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { call } from '../api/client.ts'
import type { ChannelView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { reasonWords } from './reason-words.ts'

/** What is done to a channel in its row, and what came of it. */

interface Said {
  text: string
  /** In the words of whoever refused it. */
  detail: string | null
  isBad: boolean
}

export interface ChannelActs {
  test: (channel: ChannelView) => void
  /** Id of the one that is being tried. */
  testing: string | null
  enable: (channel: ChannelView, enabled: boolean) => void
  remove: (channel: ChannelView) => Promise<void>
  isBusy: boolean
  said: Said | null
}

interface TestAnswer {
  ok: boolean
  error: string | null
}

const path = ({ id }: ChannelView) => `/channels/${encodeURIComponent(id)}`

function useTest() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (channel: ChannelView) => {
      const options = { method: 'POST', body: {}, timeoutMs: 45_000 } as const
      return { channel, answer: await call<TestAnswer>(`${path(channel)}/test`, options) }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['channels'] }),
  })
}

function useChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ channel, enabled }: { channel: ChannelView; enabled: boolean | null }) =>
      enabled === null
        ? call(path(channel), { method: 'DELETE' })
        : call(path(channel), { method: 'PATCH', body: { enabled } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['channels'] }),
  })
}

export function useChannelActs(): ChannelActs {
  const { t } = useTown().words
  const { modal } = App.useApp()
  const test = useTest()
  const change = useChange()

  function saidOf(): Said | null {
    if (change.error)
      return {
        text: failureWords(change.error, t, { conflict: 'channel.inUse' }),
        detail: null,
        isBad: true,
      }
    if (test.error) return { text: failureWords(test.error, t), detail: null, isBad: true }
    if (!test.data) return null
    const { channel, answer } = test.data
    const name = channel.name
    if (answer.ok) return { text: t('channel.testDone', { name }), detail: null, isBad: false }
    const reason = answer.error === null ? null : reasonWords(answer.error, t)
    const text = t('channel.testFailed', { name })
    return {
      text: reason ? `${text} ${reason}` : text,
      detail: reason ? null : answer.error,
      isBad: true,
    }
  }

  return {
    test: (channel) => {
      change.reset()
      test.mutate(channel)
    },
    testing: test.isPending ? test.variables.id : null,
    enable: (channel, enabled) => {
      test.reset()
      change.mutate({ channel, enabled })
    },
    remove: async (channel) => {
      const isSure = await modal.confirm({
        title: t('channel.remove'),
        content: t('channel.removeAsk', { name: channel.name }),
        okText: t('channel.remove'),
        cancelText: t('dialog.cancel'),
        icon: null,
        transitionName: '',
        maskTransitionName: '',
      })
      if (!isSure) return
      test.reset()
      change.mutate({ channel, enabled: null })
    },
    isBusy: change.isPending,
    said: saidOf(),
  }
}
