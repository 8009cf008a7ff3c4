import { InvalidError } from '../domain/errors.ts'
import { publishTopicProblem } from '../domain/mqtt-topic.ts'
import type { ChannelKind } from '../domain/notice.ts'
import {
  brokerUrlProblem,
  type OutgoingRules,
  outgoingUrlProblem,
} from '../domain/outgoing-address.ts'
import type { CommandLine } from '../ports/commands.ts'
import type { ChannelSecrets, StoredChannel } from '../ports/notices.ts'

/** Whether a channel has the address, topic and secret that its kind needs. */

export interface AddressRules {
  networks: Omit<OutgoingRules, 'sender'>
  /** Undefined: no way in leads to devices. */
  commands: CommandLine | undefined
}

type Addressed = Pick<StoredChannel, 'kind' | 'carrier' | 'topic'>

/** Programs believe a message by its signature alone. */
const signed: ReadonlySet<ChannelKind> = new Set(['webhook', 'sms'])
const minSecretLength = 16

export function invalid(field: string, message: string): never {
  throw new InvalidError(`${field}: ${message}`, [{ path: `body.${field}`, message }])
}

export function checkAddress(
  channel: Addressed,
  secrets: ChannelSecrets,
  rules: AddressRules,
): void {
  if (channel.carrier === 'mqtt') return checkMqtt(channel, secrets, rules)
  if (channel.topic !== null) invalid('topic', 'belongs to loudspeakers over MQTT; leave it out')
  if (secrets.username) invalid('username', 'belongs to brokers of MQTT; leave it out')
  checkHttp(channel.kind, secrets, rules)
}

function checkMqtt({ kind, topic }: Addressed, secrets: ChannelSecrets, rules: AddressRules): void {
  const { url, username, secret } = secrets
  if (kind !== 'loudspeaker') invalid('carrier', 'only loudspeakers are told over MQTT')
  const problem = publishTopicProblem(topic ?? '')
  if (problem) invalid('topic', problem)
  if (!url) {
    if (username || secret) invalid('username', "the gateway's own broker needs none; leave it out")
    const unheard = rules.commands?.problem(topic ?? '')
    if (unheard) invalid('topic', unheard)
    return
  }
  const unfit = brokerUrlProblem(url, { ...rules.networks, sender: 'channel' })
  if (unfit) invalid('url', unfit)
  if (secret && !username) invalid('username', 'is missing beside its password')
}

function checkHttp(kind: ChannelKind, { url, secret }: ChannelSecrets, rules: AddressRules): void {
  if (kind === 'webPush') {
    if (url !== undefined || secret !== undefined) {
      invalid('url', 'browsers bring their own address; leave it out')
    }
    return
  }
  if (!url) invalid('url', 'give the address that messages are sent to')
  const problem = outgoingUrlProblem(url, { ...rules.networks, sender: 'channel' })
  if (problem) invalid('url', problem)
  if (signed.has(kind) && (secret ?? '').length < minSecretLength) {
    invalid('secret', `needs at least ${minSecretLength} characters, which the receiver knows too`)
  }
}
