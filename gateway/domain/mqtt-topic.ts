/** Topics that something may be published to (MQTT 3.1.1, 4.7). */

const maxBytes = 256

/** Why nothing can be published there, as the end of a sentence; undefined: it can. */
export function publishTopicProblem(topic: string): string | undefined {
  if (topic === '') return 'is missing'
  if (new TextEncoder().encode(topic).length > maxBytes) return `is longer than ${maxBytes} bytes`
  if (/[+#]/.test(topic)) return 'must name one topic: "+" and "#" are for subscriptions'
  if (topic.startsWith('$')) return "must not begin with $, which is the broker's own"
  if (/[\p{Cc}\p{Cs}\ufffd]/u.test(topic)) return 'holds characters that no topic may have'
  return undefined
}
