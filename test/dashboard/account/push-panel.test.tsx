import { describe, expect, test } from 'vitest'
import { PushPanel } from '../../../dashboard/src/account/push-panel.tsx'
import { type PushStanding, standingOf } from '../../../dashboard/src/account/push-subscription.ts'
import { all, textOf } from '../markup.ts'
import { renderPart } from '../render.tsx'

describe('whether this browser can be told', () => {
  const able = { isSecureContext: true, hasPush: true, permission: 'default' } as const
  test.each<[string, Partial<Parameters<typeof standingOf>[0]>, PushStanding]>([
    ['it can', {}, 'off'],
    ['it was allowed before', { permission: 'granted' }, 'off'],
    ['an address without a lock', { isSecureContext: false }, 'insecure'],
    ['without a lock nothing else matters', { isSecureContext: false, hasPush: false }, 'insecure'],
    ['no push', { hasPush: false }, 'unsupported'],
    ['no notifications', { permission: null }, 'unsupported'],
    ['blocked', { permission: 'denied' }, 'denied'],
  ])('%s', (_name, part, standing) => expect(standingOf({ ...able, ...part })).toBe(standing))
})

describe('the panel', () => {
  const draw = (standing: PushStanding, language: 'zh' | 'en' = 'zh') =>
    renderPart(<PushPanel />, { language, answers: [[['push'], standing]] })
  test.each<[PushStanding, string | null]>([
    ['off', '允许接收'],
    ['on', '不再接收'],
    ['insecure', null],
    ['unsupported', null],
    ['denied', null],
  ])('%s', async (standing, button) => {
    const drawn = await draw(standing)
    expect(textOf(drawn)).toContain('在这个浏览器接收通知')
    expect(all(drawn, 'button').map((one) => textOf(one))).toEqual(button ? [button] : [])
  })
  test('says why not, in English too', async () =>
    expect(textOf(await draw('insecure', 'en'))).toContain('a lock beside it'))
})
