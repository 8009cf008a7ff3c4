import type { CommandLine } from '../../ports/commands.ts'
import { type ChannelWay, type Message, type Outcome, perMinute } from '../channel.ts'
import type { MqttPost } from '../mqtt-post.ts'
import { inWords } from '../reach.ts'
import { postSigned } from './webhook.ts'

/**
 * A village loudspeaker: text to a program over HTTP, or to a topic. Everybody hears it, so it says
 * no number and no name. The same message comes again with the same id when its receipt was lost.
 */

export interface LoudspeakerParts {
  /** Undefined: no way in leads to devices. */
  commands: CommandLine | undefined
  mqttPost: MqttPost
  /** Ends what is under way. */
  signal: AbortSignal
  timeoutMs?: number
}

const defaultTimeoutMs = 10_000

function payloadOf({ notice }: Message): string {
  const { id, at, spoken: text } = notice
  return JSON.stringify({ id, text, severity: notice.case.severity, at })
}

export function createLoudspeaker(parts: LoudspeakerParts): ChannelWay {
  const { commands, mqttPost, signal: stopping, timeoutMs = defaultTimeoutMs } = parts

  async function toOwnBroker(topic: string, payload: string): Promise<Outcome> {
    if (!commands) throw new Error('the gateway has no broker')
    // Whose device it is may have changed since the topic was written down.
    const problem = commands.problem(topic)
    if (problem) throw new Error(`the topic ${problem}`)
    const late = AbortSignal.timeout(timeoutMs)
    const receipt = await commands
      .send({ topic, payload }, AbortSignal.any([stopping, late]))
      .catch((error: unknown) => {
        throw late.aborted || stopping.aborted ? inWords(error) : error
      })
    return { kind: 'sent', receipt }
  }

  return {
    limits: (channel) => [perMinute(channel)],
    async send(message, post) {
      const { id, at, case: subject, spoken } = message.notice
      const { carrier, topic } = message.channel
      if (carrier === 'http') {
        return postSigned(message, { id, at, village: subject.village, text: spoken }, post)
      }
      if (topic === null) throw new Error('the channel has no topic; set it anew')
      const payload = payloadOf(message)
      const { url, username, secret: password } = message.secrets
      if (!url) return toOwnBroker(topic, payload)
      await mqttPost({ url, username, password, topic, payload })
      return { kind: 'sent', receipt: 'puback' }
    },
  }
}
