/** An answer that is an error by HTTP's own rules, not by the domain's: who asks, how, how often. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function signInFirst(): ProblemError {
  return new ProblemError(
    401,
    'signInFirst',
    'Sign in first: there is no session, or it has ended.',
  )
}
