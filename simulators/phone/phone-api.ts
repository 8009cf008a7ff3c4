import type {
  CheckinResult,
  NewCheckin,
  NewPatrolReport,
  PatrolDay,
  PointView,
} from '../../gateway/http/schemas/patrol.ts'
import type { TagSetting } from '../../gateway/http/schemas/patrol-tags.ts'
import type { UploadState } from '../../gateway/http/schemas/uploads.ts'

/** The gateway as a phone reaches it: the same requests that the page in a real one makes. */

/** The gateway answered, and not with what was asked for. */
export class RefusedError extends Error {
  readonly status: number
  readonly retryAfterMs: number | undefined
  /** Nothing was wrong with it. */
  readonly isPutOff: boolean

  constructor(what: string, answer: Response, text: string) {
    super(`${what}: ${answer.status} ${text.slice(0, 300)}`)
    this.status = answer.status
    const seconds = Number(answer.headers.get('retry-after'))
    this.retryAfterMs = seconds > 0 ? seconds * 1000 : undefined
    this.isPutOff = answer.status === 503 && text.includes('urn:lianxun:putOff')
  }
}

export interface Sent {
  sentAt: number
  sentMonotonicMs: number
  clock: string
}

export interface PhoneApi {
  signIn(username: string, password: string): Promise<void>
  day(): Promise<PatrolDay>
  /** With the UIDs of their tags. */
  points(): Promise<PointView[]>
  sendCheckins(checkins: readonly NewCheckin[], sent: Sent): Promise<CheckinResult[]>
  /** Undefined: the gateway knows of none. */
  uploadState(sha256: string): Promise<UploadState | undefined>
  announce(sha256: string, said: { kind: 'photo' | 'voice'; size: number }): Promise<UploadState>
  sendPiece(sha256: string, offset: number, piece: Uint8Array): Promise<UploadState>
  /** Resolves with the number of the case. */
  report(report: Partial<NewPatrolReport>): Promise<string>
  /** What to write onto a tag; only for administrators. */
  tagSetting(point: string): Promise<TagSetting>
  /** What the screen at the point shows now. */
  rotatingUrl(point: string): Promise<string>
}

const timeoutMs = 60_000

interface Asked {
  method?: string
  json?: unknown
  bytes?: Uint8Array
}

/** `cookie`: of a session that is open already. */
export function createPhoneApi(options: { base: string; cookie?: string }): PhoneApi {
  let { cookie } = options

  async function ask(path: string, { method = 'GET', json, bytes }: Asked = {}): Promise<Response> {
    const type = bytes ? 'application/octet-stream' : 'application/json'
    const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json))
    const answer = await fetch(`${options.base}/api/v1${path}`, {
      method,
      headers: {
        'x-lianxun': '1',
        ...(cookie !== undefined && { cookie }),
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: body as BodyInit }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) throw new RefusedError(`${method} ${path}`, answer, await answer.text())
    return answer
  }

  const get = async <T>(path: string, asked?: Asked) => (await (await ask(path, asked)).json()) as T

  return {
    async signIn(username, password) {
      const answer = await ask('/session', { method: 'POST', json: { username, password } })
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
      await answer.arrayBuffer()
    },
    day: () => get('/patrol/day'),
    points: async () => (await get<{ items: PointView[] }>('/patrol/points')).items,
    async sendCheckins(checkins, sent) {
      const json = { checkins, ...sent }
      const answer = await get<{ items: CheckinResult[] }>('/patrol/checkins', {
        method: 'POST',
        json,
      })
      return answer.items
    },
    async uploadState(sha256) {
      try {
        return await get(`/patrol/uploads/${sha256}`)
      } catch (error) {
        if (error instanceof RefusedError && error.status === 404) return undefined
        throw error
      }
    },
    announce: (sha256, json) => get(`/patrol/uploads/${sha256}`, { method: 'PUT', json }),
    sendPiece: (sha256, offset, bytes) =>
      get(`/patrol/uploads/${sha256}?offset=${offset}`, { method: 'PATCH', bytes }),
    async report(json) {
      return (await get<{ number: string }>('/patrol/reports', { method: 'POST', json })).number
    },
    tagSetting: (point) => get(`/patrol/points/${point}/tag`),
    async rotatingUrl(point) {
      return (await get<{ url: string }>(`/patrol/points/${point}/code`)).url
    },
  }
}
