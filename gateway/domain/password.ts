/** What a password must be before it is kept; asked of every password that a person chooses. */

export const minPasswordLength = 10

/** What attackers try first, and what documents use as an example. */
const wellKnown = [
  /^(.)\1+$/,
  /^(admin|administrator|lianxun|password|passw0rd|changeme|default|secret|letmein|qwerty|welcome|root|test|demo)[\d\W_]*$/i,
  /^(0?1234567890?|0987654321|9876543210?|1q2w3e4r5t.*|qwertyuiop|abcdefghij.*|a?123456789a?0?|iloveyou.*)$/i,
]

/** Says why a password is too weak, as the end of a sentence; undefined when it will do. */
export function passwordWeakness(password: string): string | undefined {
  if (password.length < minPasswordLength) {
    return `has ${password.length} characters; use at least ${minPasswordLength}`
  }
  if (password.length > 256) return 'is longer than 256 characters'
  if (wellKnown.some((pattern) => pattern.test(password))) {
    return 'is one of the passwords that are tried first; choose another'
  }
  return undefined
}
