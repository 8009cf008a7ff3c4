import type {
  CheckinResult,
  NewCheckin,
  PatrolDay,
  PatrolReportView,
} from '../../../gateway/http/schemas/patrol.ts'
import type { UploadState } from '../../../gateway/http/schemas/uploads.ts'
import type { Problem, Session } from '../../../gateway/http/schemas.ts'
import { ApiError, call, failureKind } from '../../src/api/client.ts'
import type { ClockReading } from '../store/phone-clock.ts'

/** What the phone asks of the gateway; every failure is an `ApiError`. */

export interface Credentials {
  username: string
  password: string
  code?: string
}

export interface PhoneGateway {
  session(): Promise<Session>
  signIn(credentials: Credentials): Promise<Session>
  signOut(): Promise<void>
  day(): Promise<PatrolDay>
  reports(): Promise<PatrolReportView[]>
  sendCheckins(checkins: readonly NewCheckin[], sent: ClockReading): Promise<CheckinResult[]>
  /** To `/patrol/help` or `/patrol/reports`. */
  report(path: string, body: unknown): Promise<PatrolReportView>
  /** A word to a check-in. */
  send(path: string, body: unknown): Promise<void>
  uploadState(sha256: string): Promise<UploadState>
  announce(sha256: string, upload: { kind: 'photo' | 'voice'; size: number }): Promise<UploadState>
  sendPiece(sha256: string, offset: number, piece: Uint8Array): Promise<UploadState>
}

/** A piece over a line that carries a few kilobytes a second. */
const pieceTimeoutMs = 60_000
const batchTimeoutMs = 30_000

async function sendPiece(sha256: string, offset: number, piece: Uint8Array): Promise<UploadState> {
  let response: Response
  try {
    response = await fetch(`/api/v1/patrol/uploads/${sha256}?offset=${offset}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream', 'x-lianxun': '1' },
      credentials: 'same-origin',
      body: piece as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(pieceTimeoutMs),
    })
  } catch {
    throw new ApiError('away', null)
  }
  if (response.ok) return (await response.json()) as UploadState
  const retryAfter = Number(response.headers.get('retry-after'))
  const problem = (await response.json().catch(() => null)) as Problem | null
  throw new ApiError(failureKind(response.status), problem, retryAfter > 0 ? retryAfter : null)
}

export const gateway: PhoneGateway = {
  session: () => call('/session'),
  signIn: (body) => call('/session', { method: 'POST', body }),
  signOut: () => call('/session', { method: 'DELETE' }),
  day: () => call('/patrol/day'),
  reports: async () => (await call<{ items: PatrolReportView[] }>('/patrol/reports')).items,
  async sendCheckins(checkins, { at, monotonicMs, clock }) {
    const body = { checkins, sentAt: at, sentMonotonicMs: monotonicMs, clock }
    const options = { method: 'POST', body, timeoutMs: batchTimeoutMs } as const
    return (await call<{ items: CheckinResult[] }>('/patrol/checkins', options)).items
  },
  report: (path, body) => call(path, { method: 'POST', body }),
  async send(path, body) {
    await call(path, { method: 'POST', body })
  },
  uploadState: (sha256) => call(`/patrol/uploads/${sha256}`),
  announce: (sha256, body) => call(`/patrol/uploads/${sha256}`, { method: 'PUT', body }),
  sendPiece,
}
