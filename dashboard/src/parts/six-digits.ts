import type { Translate } from '../i18n/translate.ts'

/** Authenticators show 123 456: what is typed with a gap is meant without. */
export function digitsOf(typed: string | undefined): string {
  return (typed ?? '').replace(/\D/g, '').slice(0, 6)
}

export function codeRules(t: Translate) {
  return [{ required: true, pattern: /^\d{6}$/, message: t('signIn.codeMissing') }]
}
