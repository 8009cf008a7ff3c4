import { ConflictError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isVerifiedOnSite, proves, taskRadiusM, teamNear } from '../domain/verification.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import type {
  CaseToVerify,
  PatrolTaskStore,
  TaskCheckin,
  TaskRow,
  TaskView,
} from '../ports/patrol-tasks.ts'
import type { CaseDesk } from './case-desk.ts'
import { createLoop } from './loop.ts'

/**
 * Has the nearest team look at what was done: a case that comes to 核查 makes a task, and a check-in
 * that proves somebody was there does the step in that person's name. Nothing is remembered between
 * two looks: what is to be done is what the tables say, so a crash at any point changes nothing.
 */
export interface PatrolVerification {
  start(): void
  stop(): Promise<void>
  /** One look at all of it. */
  look(): Promise<void>
  /** Open, and done since yesterday: of one's own team, or without one of one's places. */
  of(actor: Actor): Promise<TaskView[]>
}

export interface PatrolVerificationParts {
  store: PatrolTaskStore
  patrols: Pick<PatrolStore, 'routes' | 'points'>
  desk: Pick<CaseDesk, 'prove'>
  wholeTown: () => string | undefined
  clock: Clock
  newId: NewId
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const lookEveryMs = 3000
/** More than ever wait in one town: whom nobody can be asked about stays among them. */
const batch = 2000
const shownDoneMs = 24 * 3_600_000

export function createPatrolVerification(parts: PatrolVerificationParts): PatrolVerification {
  const { store, patrols, desk, clock } = parts

  async function ask(cases: readonly CaseToVerify[]): Promise<void> {
    const town = parts.wholeTown()
    if (town === undefined || cases.length === 0) return
    const walks = { routes: await patrols.routes(town), points: await patrols.points(town) }
    for (const { id: caseId, village, grid, position } of cases) {
      const asked = teamNear(walks, { position, village })
      if (!asked) continue
      const openedAt = clock.now()
      const where = { village, grid, position, radiusM: taskRadiusM }
      await store.open({ id: parts.newId(), caseId, ...asked, ...where, openedAt })
    }
  }

  async function settle(
    { caseId }: TaskRow,
    version: number,
    { id, person, verdict, note, picture }: TaskCheckin,
  ): Promise<void> {
    const deed = {
      action: verdict === 'settled' ? ('verify' as const) : ('rework' as const),
      version,
      checkin: id,
      ...(note && (verdict === 'settled' ? { text: note } : { reason: note })),
      ...(picture && { pictures: [picture] }),
    }
    await desk.prove(person, caseId, deed).catch((error: unknown) => {
      // Somebody did something in between: at the next look it is judged anew.
      if (!(error instanceof ConflictError)) throw error
    })
  }

  async function look(): Promise<void> {
    const failures: unknown[] = []
    const waiting = await store.untasked(batch)
    await ask(waiting.filter(({ hazard }) => isVerifiedOnSite(hazard)))
    for (const { task, version, checkins } of await store.claimed(batch)) {
      const proof = checkins.find((one) =>
        proves(task, { ...one, hasPicture: one.picture !== null && !one.isOldPicture }),
      )
      if (proof) await settle(task, version, proof).catch((error: unknown) => failures.push(error))
    }
    await store.closeSettled(clock.now())
    // One that cannot be done must not keep others from it.
    if (failures.length > 0) throw failures[0]
  }

  const loop = createLoop({
    async work() {
      await look()
      return lookEveryMs
    },
    failed(reason) {
      if (reason !== null) parts.logger.warn(`verification on the spot waits: ${reason}`)
    },
    ...(parts.pause && { pause: parts.pause }),
  })

  return {
    look,
    start: () => loop.start(),
    stop: () => loop.stop(),
    of: ({ team, scope }) =>
      store.list({ team: team ?? null, scope, doneSince: clock.now() - shownDoneMs }),
  }
}
