import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { TownView } from '../../../dashboard/src/app/town.ts'
import { createTranslate, dictionaries } from '../../../dashboard/src/i18n/translate.ts'
import { channelBody } from '../../../dashboard/src/notices/channel-dialog.tsx'
import { fieldsOf, leastSecret, targetWords } from '../../../dashboard/src/notices/notice-words.ts'
import { reasonWords } from '../../../dashboard/src/notices/reason-words.ts'
import { addressees, channelKinds, noticeActs } from '../../../gateway/domain/notice.ts'

const t = createTranslate('zh')
const town = {
  words: { t, language: 'zh' },
  place: (code: string | null) => (code === '990101101205' ? '松林村' : (code ?? '')),
} as TownView

describe('every name has its word', () => {
  test.each([
    ['notice.act', noticeActs],
    ['notice.to', addressees],
    ['channel.kind', channelKinds],
    ['delivery.state', ['postponed', 'waiting', 'sent', 'failed', 'dropped']],
    ['delivery.why', ['settled', 'replaced', 'disabled', 'unreachable', 'nobody', 'tooLarge']],
  ])('%s', (group, names) => {
    for (const name of names) expect(dictionaries.zh).toHaveProperty([`${group}.${name}`])
  })
})

describe('what a channel asks for', () => {
  test.each(channelKinds)('%s', (kind) => {
    const { url, secret, isSecretNeeded } = fieldsOf(kind)
    expect(url === null).toBe(kind === 'webPush')
    expect(isSecretNeeded).toBe(kind === 'webhook' || kind === 'sms')
    if (isSecretNeeded) expect(secret).not.toBeNull()
  })
  test('a secret is as long as the gateway wants it', () => expect(leastSecret).toBe(16))
  test('what was left empty stays as it is', () =>
    expect(
      channelBody(
        { name: ' 值守群 ', kind: 'wecom', url: ' ', secret: '', perMinute: null },
        false,
      ),
    ).toEqual({ name: '值守群' }))
  test('what was written goes along without the blanks of a paste', () =>
    expect(
      channelBody(
        { name: 'a', kind: 'feishu', url: ' https://x/y\n', secret: 's', perMinute: 20 },
        true,
      ),
    ).toEqual({ name: 'a', url: 'https://x/y', secret: 's', perMinute: 20 }))

  test.each([
    ['', null],
    ['990101101205', '990101101205'],
  ])('the place %j', (chosen, place) =>
    expect(channelBody({ name: 'a', kind: 'wecom', place: chosen }, false)).toEqual({
      name: 'a',
      place,
    }),
  )

  describe('a loudspeaker on a topic', () => {
    const speaker = { name: 'a', kind: 'loudspeaker', carrier: 'mqtt', topic: ' t/1 ' } as const
    test('of the gateway’s own broker takes back the address of another', () => {
      expect(channelBody({ ...speaker, broker: 'own' }, true)).toEqual({
        name: 'a',
        carrier: 'mqtt',
        topic: 't/1',
        url: '',
      })
      expect(channelBody({ ...speaker, broker: 'own' }, false)).not.toHaveProperty('carrier')
    })
    test('of another broker, with its login', () =>
      expect(
        channelBody(
          { ...speaker, broker: 'other', url: 'mqtt://b ', username: ' u', secret: 'p' },
          false,
        ),
      ).toEqual({ name: 'a', topic: 't/1', url: 'mqtt://b', username: 'u', secret: 'p' }))
    test('what is typed for another way is not sent', () =>
      expect(
        channelBody({ ...speaker, carrier: 'http', url: 'http://x', broker: 'own' }, true),
      ).toEqual({ name: 'a', url: 'http://x' }))
  })
})

describe('who was told', () => {
  test.each([
    ['group', '群'],
    ['operator@990101101205', '值守员 · 松林村'],
    ['周小兰', '周小兰'],
    ['stranger@990101101205', 'stranger@990101101205'],
  ])('%s', (target, words) => expect(targetWords(target, town)).toBe(words))
})

describe('why not', () => {
  test('the gateway’s reasons are words', () =>
    expect(reasonWords('unreachable', t)).toBe('这个人没有允许任何浏览器接收'))
  test.each([
    ['the receiver refuses the connection', '对方拒绝连接'],
    ['the receiver answered with status 500', '对方回答状态码 500'],
    [
      'the robot refused: 45009 api freq out of limit',
      '机器人没有收下：45009 api freq out of limit',
    ],
    ['the receiver cannot be reached (EPROTO)', '连不上对方（EPROTO）'],
    ['the broker refuses the user or password', '消息服务器不认用户名或密码'],
  ])('%s', (reason, said) => expect(reasonWords(reason, t)).toBe(said))
  test('every reason that stands in the gateway’s code has words', () => {
    const root = new URL('../../../gateway/notify/', import.meta.url)
    const texts = ['reach.ts', 'channel.ts'].map((file) =>
      readFileSync(new URL(file, root), 'utf8'),
    )
    const reasons = texts
      .flatMap((text) => text.match(/(["'`])(?:the|there) [a-z][^\n]*?\1/g) ?? [])
      .map((quoted) =>
        quoted
          .slice(1, -1)
          .replace(/\$\{[^}]*\}/g, '1')
          .trim(),
      )
    expect(reasons.length).toBeGreaterThan(10)
    expect(reasons.filter((reason) => reasonWords(reason, t) === null)).toEqual([])
  })
  test('what only the other side knows is left to the page', () =>
    expect(reasonWords('errcode 1', t)).toBeNull())
})
