import type { Problem } from './types.ts'

/**
 * One way to the gateway. Every failure becomes an ApiError with a kind a page can put into words;
 * a request that never got an answer is `away`, so that pages keep what they show.
 */

export type FailureKind =
  | 'away'
  | 'signedOut'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'invalid'
  | 'tooMany'
  | 'server'

export class ApiError extends Error {
  override name = 'ApiError'
  readonly kind: FailureKind
  readonly problem: Problem | null
  readonly retryAfterS: number | null
  constructor(kind: FailureKind, problem: Problem | null, retryAfterS: number | null = null) {
    super(problem?.detail ?? problem?.title ?? kind)
    this.kind = kind
    this.problem = problem
    this.retryAfterS = retryAfterS
  }

  /** The gateway's own name of what was wrong: the end of `urn:lianxun:…`. */
  get code(): string | null {
    return this.problem?.type?.replace(/^urn:lianxun:/, '') ?? null
  }
}

export function failureKind(status: number): FailureKind {
  if (status === 401) return 'signedOut'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'notFound'
  if (status === 409) return 'conflict'
  if (status === 429) return 'tooMany'
  // A proxy answers for a gateway that is down with these.
  if (status === 502 || status === 503 || status === 504) return 'away'
  return status < 500 ? 'invalid' : 'server'
}

async function readProblem(response: Response): Promise<Problem | null> {
  try {
    return (await response.json()) as Problem
  } catch {
    return null
  }
}

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  /** For what takes the gateway long, like reading the whole audit log. */
  timeoutMs?: number
  /** Instead of the session. */
  bearer?: string
}

export async function call<T>(
  path: string,
  { method = 'GET', body, signal, timeoutMs = 15_000, bearer }: Call = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (method !== 'GET') headers['x-lianxun'] = '1'
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('away', null)
  }
  if (!response.ok) {
    const retryAfter = Number(response.headers.get('retry-after'))
    const problem = await readProblem(response)
    throw new ApiError(failureKind(response.status), problem, retryAfter > 0 ? retryAfter : null)
  }
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export function queryString(values: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '' && value !== false) search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
