import { ApiError, type FailureKind } from '../api/client.ts'
import type { Key, Translate } from '../i18n/translate.ts'

const usual: Record<FailureKind, Key> = {
  away: 'failure.stepAway',
  signedOut: 'failure.signedOut',
  forbidden: 'failure.stepForbidden',
  notFound: 'failure.stepForbidden',
  conflict: 'failure.step',
  invalid: 'failure.stepInvalid',
  tooMany: 'failure.tooMany',
  server: 'failure.step',
}

/**
 * What is said beside the thing that failed. `own` has better words for this step, by the gateway's
 * own name of what was wrong or by kind.
 */
export function failureWords(
  error: unknown,
  t: Translate,
  own: Readonly<Record<string, Key>> = {},
): string {
  if (!(error instanceof ApiError)) return t('failure.step')
  return t(own[error.code ?? ''] ?? own[error.kind] ?? usual[error.kind])
}
