import type { ChannelSecrets } from '../ports/notices.ts'
import type { ChannelWay, Message, Outcome } from './channel.ts'
import type { HttpPost } from './http-post.ts'

/** One attempt, whose outcome may be shown to people and programs. */

const maxErrorLength = 300
/** Shorter parts of an address are words, not keys. */
const minKeyLength = 12

function keysOf({ url, secret }: ChannelSecrets): string[] {
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined
  const parts = parsed
    ? [...parsed.searchParams.values(), ...parsed.pathname.split('/')].filter(
        (part) => part.length >= minKeyLength,
      )
    : []
  return [url, secret, ...parts].filter((key): key is string => Boolean(key))
}

/** Whatever a library or a robot put into its text, nobody reads a key there. */
function withoutKeys(text: string, secrets: ChannelSecrets): string {
  let shown = text
  for (const key of keysOf(secrets)) shown = shown.replaceAll(key, '***')
  return shown.replace(/(?:https?|mqtts?):\/\/\S+/g, '***').slice(0, maxErrorLength)
}

export async function attempt(way: ChannelWay, message: Message, post: HttpPost): Promise<Outcome> {
  try {
    const outcome = await way.send(message, post)
    return 'error' in outcome
      ? { ...outcome, error: withoutKeys(outcome.error, message.secrets) }
      : outcome
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', error: withoutKeys(text, message.secrets) }
  }
}
