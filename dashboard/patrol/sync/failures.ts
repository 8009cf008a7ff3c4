import { ApiError } from '../../src/api/client.ts'

const isOurs = ({ problem }: ApiError) => problem?.type?.startsWith('urn:lianxun:') ?? false

/**
 * What to do about a request that failed: `later` (nothing was wrong with it), `signIn`, or
 * `refused` (it will never be taken as it is).
 */
export type Consequence = 'later' | 'signIn' | 'refused'

export function consequenceOf(error: unknown): Consequence {
  if (!(error instanceof ApiError)) return 'later'
  if (error.kind === 'signedOut') return 'signIn'
  const isAboutIt = error.kind === 'invalid' || error.kind === 'conflict'
  // Whatever stands between the two says things too, and a gateway of an older version does not
  // know the way: neither is about what was sent.
  return isAboutIt && isOurs(error) ? 'refused' : 'later'
}

export function reasonOf(error: unknown): { reason: string; detail: string | null } {
  if (!(error instanceof ApiError)) return { reason: 'failed', detail: null }
  return { reason: error.code ?? error.kind, detail: error.problem?.detail ?? null }
}

/** Ends a run: what is left waits. */
export class RunEnded extends Error {
  override name = 'RunEnded'
  readonly consequence: Exclude<Consequence, 'refused'>
  readonly retryAfterS: number | null
  /** The gateway answered, and stumbled over this one: things of another kind may go through. */
  readonly isOfOneKind: boolean
  /** Nothing failed: the gateway has more urgent things to do, and said when to come again. */
  readonly isPutOff: boolean
  constructor(
    consequence: Exclude<Consequence, 'refused'>,
    {
      retryAfterS = null,
      isOfOneKind = false,
      isPutOff = false,
    }: Partial<Pick<RunEnded, 'retryAfterS' | 'isOfOneKind' | 'isPutOff'>> = {},
  ) {
    super(consequence)
    this.consequence = consequence
    this.retryAfterS = retryAfterS
    this.isOfOneKind = isOfOneKind
    this.isPutOff = isPutOff
  }
}

/** Throws unless the request itself was refused. */
export function endUnlessRefused(error: unknown): void {
  const consequence = consequenceOf(error)
  if (consequence === 'refused') return
  if (!(error instanceof ApiError)) throw new RunEnded(consequence)
  const { retryAfterS, kind, code } = error
  const isPutOff = code === 'putOff' && retryAfterS !== null
  throw new RunEnded(consequence, { retryAfterS, isOfOneKind: kind === 'server', isPutOff })
}
