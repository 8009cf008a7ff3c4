import { minPasswordLength, passwordWeakness } from '../../../gateway/domain/password.ts'
import type { Translate } from '../i18n/translate.ts'

/** The gateway's rule for passwords, in the words of the screens. */

export function passwordRule(t: Translate): string {
  return t('password.rule', { n: minPasswordLength })
}

/** Null when it will do. */
export function passwordProblem(password: string, t: Translate): string | null {
  if (passwordWeakness(password) === undefined) return null
  if (password.length < minPasswordLength) {
    return t('password.tooShort', { length: password.length, n: minPasswordLength })
  }
  return password.length > 256 ? t('password.tooLong') : t('password.wellKnown')
}
