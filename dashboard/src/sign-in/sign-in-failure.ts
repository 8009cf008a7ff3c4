import { ApiError } from '../api/client.ts'
import type { Translate } from '../i18n/translate.ts'

export function signInFailure(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return t('signIn.failed')
  switch (error.kind) {
    case 'signedOut':
    case 'invalid':
    case 'notFound':
    case 'conflict':
      return t('signIn.wrong')
    case 'tooMany':
      return error.retryAfterS === null
        ? t('signIn.tooMany')
        : t('signIn.tooManyFor', { n: Math.max(1, Math.ceil(error.retryAfterS / 60)) })
    case 'away':
      return t('signIn.away')
    case 'forbidden':
      return t('signIn.forbidden')
    case 'server':
      return t('signIn.failed')
  }
}

/** The password was right: the six digits were refused. */
export function codeFailure(error: unknown, t: Translate): string {
  const isWrong =
    error instanceof ApiError && (error.kind === 'signedOut' || error.kind === 'invalid')
  return isWrong ? t('signIn.codeWrong') : signInFailure(error, t)
}

/** The password is right, and the account wants its second factor as well. */
export function wantsCode(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'codeRequired'
}
