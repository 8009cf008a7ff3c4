import type { Session } from '../../../gateway/http/schemas.ts'
import { ApiError } from '../../src/api/client.ts'
import type { Credentials } from '../api/gateway.ts'
import type { Core } from '../core.ts'
import type { PhoneActs, PhonePerson, SignInOutcome } from '../phone.ts'
import { checkIn } from './check-in.ts'

/** Who uses the phone. Whoever used it last goes on without a signal; what waits stays with its owner. */

const personOf = ({ person }: Session, team: string | null): PhonePerson => ({
  username: person.username,
  name: person.displayName,
  role: person.role,
  team,
})

async function adopt(session: Session, core: Core): Promise<void> {
  const { people } = core.store
  const known = (await people.all()).find(({ username }) => username === session.person.username)
  const person = personOf(session, known?.team ?? null)
  await people.use(person)
  const chosenRound = await people.chosenRound(person.username)
  core.change({ person, chosenRound, isSessionOver: false, wanted: null })
  await core.reload()
}

/** A tag that was opened before; what is too old is no longer a visit. */
const keptForMs = 12 * 3_600_000

export async function useKeptTag(core: Core): Promise<void> {
  const { people } = core.store
  const kept = await people.keptTag()
  if (!kept || !core.live().person) return
  const { url, at, monotonicMs, clock } = kept
  if (core.clock.read().at - at < keptForMs) {
    await checkIn({ kind: 'text', text: url }, core, { at, monotonicMs, clock })
  }
  await people.keepTag(null)
  core.change({ isTagKept: false })
}

export async function keepTag(url: string, core: Core): Promise<void> {
  await core.store.people.keepTag({ url, ...core.clock.read() })
  core.change({ isTagKept: true })
}

function failureOf(error: unknown): SignInOutcome {
  if (!(error instanceof ApiError)) return { kind: 'failed', detail: null }
  const { kind, code, retryAfterS, problem } = error
  if (kind === 'away') return { kind: 'away' }
  if (kind === 'tooMany') return { kind: 'tooMany', retryAfterS }
  if (kind !== 'signedOut') return { kind: 'failed', detail: problem?.detail ?? null }
  if (code === 'codeRequired') return { kind: 'codeRequired' }
  return { kind: code === 'wrongCode' ? 'wrongCode' : 'wrongPassword' }
}

export async function signIn(credentials: Credentials, core: Core): Promise<SignInOutcome> {
  let session: Session
  try {
    session = await core.gateway.signIn(credentials)
    if (session.person.role === 'viewer') {
      await core.gateway.signOut()
      return { kind: 'viewer' }
    }
  } catch (error) {
    return failureOf(error)
  }
  await adopt(session, core)
  await refreshDay(core)
  await useKeptTag(core)
  core.wake()
  return { kind: 'done' }
}

/** Whoever signed in at the desk of the same browser, unless they handed the phone over. */
export async function welcome(core: Core): Promise<void> {
  const session = await core.gateway.session().catch(() => null)
  if (!session || session.person.role === 'viewer') return
  if ((await core.store.people.handedOverBy()) === session.person.username) return
  await adopt(session, core)
  await useKeptTag(core)
}

export async function signOut(core: Core): ReturnType<PhoneActs['signOut']> {
  const { person } = core.live()
  await core.reload()
  const { items, overflow, uploads } = core.kept()
  const count = [...items, ...overflow, ...uploads].filter(
    ({ state }) => state !== 'refused',
  ).length
  if (count > 0) return { kind: 'waiting', count }
  try {
    const session = await core.gateway.session()
    if (session.person.username === person?.username) await core.gateway.signOut()
  } catch (error) {
    const isOver = error instanceof ApiError && error.kind === 'signedOut'
    if (!isOver) return { kind: 'away' }
  }
  await leave(core, false)
  return { kind: 'done' }
}

async function leave(core: Core, isHandedOver: boolean): Promise<void> {
  await core.store.people.leave(isHandedOver)
  core.change({ person: null, done: null, isSessionOver: false, wanted: null })
  await core.reload()
}

export async function handOver(core: Core): Promise<void> {
  await core.store.queue.seal(core.live().person?.username ?? '', Number.MAX_SAFE_INTEGER)
  await leave(core, true)
}

/** What waits goes on as soon as the same person has signed in. */
export async function signInAgain(core: Core): Promise<void> {
  const wanted = core.live().person?.username ?? null
  await handOver(core)
  core.change({ wanted })
}

export async function chooseRound(id: string, core: Core): Promise<void> {
  const { person } = core.live()
  core.change({ chosenRound: id })
  if (person) await core.store.people.chooseRound(person.username, id)
}

/** Takes the day along; it is somebody else's where somebody else signed in meanwhile. */
export async function refreshDay(core: Core): Promise<void> {
  const { person } = core.live()
  if (!person) return
  try {
    const session = await core.gateway.session()
    if (session.person.username !== person.username) return core.change({ isSessionOver: true })
    const day = await core.gateway.day()
    const reports = await core.gateway.reports()
    if (core.live().person?.username !== person.username) return
    const at = core.clock.read().at
    await core.store.people.keepDay({ person: person.username, day, reports, at })
    const known = personOf(session, day.person.team)
    await core.store.people.use(known)
    core.change({ person: known, isSessionOver: false })
    await core.reload()
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'signedOut')
      core.change({ isSessionOver: true })
  }
}
