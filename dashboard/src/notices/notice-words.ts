import type { ChannelKind } from '../../../gateway/domain/notice.ts'
import type { TownView } from '../app/town.ts'
import { isKey, type Key } from '../i18n/translate.ts'

/** What each kind of channel asks for, and what its answers are called. */

export interface ChannelFields {
  /** Null: browsers bring their own. */
  url: Key | null
  secret: Key | null
  isSecretNeeded: boolean
}

const address = (url: Key, secret: Key | null, isSecretNeeded = false): ChannelFields => ({
  url,
  secret,
  isSecretNeeded,
})

const fields: Record<ChannelKind, ChannelFields> = {
  webPush: { url: null, secret: null, isSecretNeeded: false },
  wecom: address('channel.robotUrl', null),
  dingtalk: address('channel.robotUrl', 'channel.robotSecret'),
  feishu: address('channel.robotUrl', 'channel.robotSecret'),
  webhook: address('channel.url', 'channel.secret', true),
  sms: address('channel.smsUrl', 'channel.secret', true),
  loudspeaker: address('channel.speakerUrl', 'channel.secret'),
}

export function fieldsOf(kind: ChannelKind): ChannelFields {
  return fields[kind]
}

/** As the gateway asks for where a program believes a message by its signature. */
export const leastSecret = 16

/** `group`, `ROLE@PLACE`, or the name of a person. */
export function targetWords(target: string, { words, place }: TownView): string {
  if (target === 'group') return words.t('delivery.group')
  const [to = '', code] = target.split('@')
  const key = `notice.to.${to}`
  return code !== undefined && isKey(key) ? `${words.t(key)} · ${place(code)}` : target
}
