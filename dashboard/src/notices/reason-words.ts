import { isKey, type Key, type Translate } from '../i18n/translate.ts'

/**
 * Why a message was not sent. The gateway's own reasons are words here; what the other side said
 * (an error code and its text) stays as it said it, inside them or alone.
 */

const said: readonly (readonly [RegExp, Key])[] = [
  [/^the (?:receiver|broker) refuses the connection$/, 'reason.refused'],
  [/^the (?:receiver|broker) closed the connection$/, 'reason.closed'],
  [/^the name of the receiver (?:is not known|cannot be looked up at present)$/, 'reason.unknown'],
  [/^there is no way to the receiver$/, 'reason.noWay'],
  [/^the receiver does not answer$/, 'reason.silent'],
  [/^the receiver's certificate has expired$/, 'reason.expired'],
  [/^the receiver's certificate is signed by nobody known$/, 'reason.unsigned'],
  [/^the receiver's certificate is for another name$/, 'reason.otherName'],
  [/^the receiver cannot be reached \((?<what>.*)\)$/, 'reason.away'],
  [/^the receiver's name leads where nothing is sent: /, 'reason.forbidden'],
  [/^the receiver answered with status (?<what>\d+)$/, 'reason.status'],
  [/^the robot refused: (?<what>.*)$/s, 'reason.robot'],
  [/^the robot answered something else than a result$/, 'reason.noResult'],
  [/^the broker refuses the user or password$/, 'reason.login'],
  [/^the broker refuses the (?:message|connection) \((?<what>\d+)\)$/, 'reason.broker'],
  [/^the channel has no (?:address|topic); set it anew$/, 'reason.noAddress'],
  [/^the gateway stopped meanwhile$/, 'reason.stopped'],
  [/^none of your browsers lets itself be told; /, 'reason.noBrowser'],
  [/^too many messages; try again in (?<what>\d+) s$/, 'reason.tooMany'],
]

export function reasonWords(reason: string, t: Translate): string | null {
  const key = `delivery.why.${reason}`
  if (isKey(key)) return t(key)
  for (const [pattern, words] of said) {
    const found = pattern.exec(reason)
    if (found) return t(words, { what: found.groups?.['what'] ?? '' })
  }
  return null
}
