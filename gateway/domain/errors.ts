/**
 * The kinds of error of the product. Each carries a sentence that says what was wrong and what to
 * do; `gateway/http/error-handler.ts` is the only place that turns them into HTTP.
 */

/** Lists every configuration problem at once; the process exits. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** The other side is away: the supervisor backs off with jitter and retries. */
export class UnavailableError extends Error {
  override name = 'UnavailableError'
  /** Set where all is well and it is put off: when to come again. The text is for who asked. */
  readonly retryAfterS: number | undefined
  constructor(message: string, { retryAfterS }: { retryAfterS?: number } = {}) {
    super(message)
    this.retryAfterS = retryAfterS
  }
}

/** Credentials or a capability were refused: degraded until settings change. */
export class RejectedError extends Error {
  override name = 'RejectedError'
}

/** Nothing was stored, so nothing may be acknowledged. */
export class StoreError extends Error {
  override name = 'StoreError'
}

/** 404; also stands for what exists but lies out of scope, so that nobody learns of it. */
export class NotFoundError extends Error {
  override name = 'NotFoundError'
}

/** What is there and not for the asker; they are told the same, and the audit log notes the try. */
export class OutOfScopeError extends NotFoundError {
  /** `case:ID`, `place:CODE`. */
  readonly subject: string
  constructor(message: string, subject: string) {
    super(message)
    this.subject = subject
  }
}

/** 400: the request is understood and wrong; the text says which field. */
export class InvalidError extends Error {
  override name = 'InvalidError'
  /** One by one, when there are several. */
  readonly errors: readonly { path: string; message: string }[] | undefined
  constructor(message: string, errors?: readonly { path: string; message: string }[]) {
    super(message)
    this.errors = errors
  }
}

/** 409 with the present state: the step is not allowed from here, or somebody was faster. */
export class ConflictError extends Error {
  override name = 'ConflictError'
  readonly present: unknown
  constructor(message: string, present: unknown) {
    super(message)
    this.present = present
  }
}

/** 429: nothing is wrong with it, and it can be had later; the text says when. */
export class TooManyError extends Error {
  override name = 'TooManyError'
}
