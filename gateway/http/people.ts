import { type AccountDesk, createAccountDesk } from '../people/account.ts'
import { createDutyDesk, type DutyDesk } from '../people/duty.ts'
import { createPlannedEventDesk, type PlannedEventDesk } from '../people/planned-events.ts'
import { createSecondFactors, type SecondFactors } from '../people/second-factor.ts'
import { createTokenDesk, type TokenDesk } from '../people/tokens.ts'
import { createUserDesk, type UserDesk } from '../people/users.ts'
import { type Credentials, createCredentials } from './credentials.ts'
import type { HttpServices } from './services.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** Who asks: people by their sessions, programs by their tokens, and what is done to both. */
export interface People {
  sessions: Sessions
  credentials: Credentials
  secondFactors: SecondFactors
  account: AccountDesk
  userDesk: UserDesk
  tokenDesk: TokenDesk
  dutyDesk: DutyDesk
  plannedEventDesk: PlannedEventDesk
  /** Of a session, or `token:ID`. */
  isAlive(id: string): Promise<boolean>
  /** Called with each such id that ends here. */
  onEnd(listener: (id: string) => void): void
}

export function createPeople(services: HttpServices): People {
  const secondFactors = createSecondFactors(services)
  const credentials = createCredentials({ ...services, secondFactors })
  const sessions = createSessions({ ...services, credentials })
  const tokenDesk = createTokenDesk(services)
  return {
    sessions,
    credentials,
    secondFactors,
    tokenDesk,
    dutyDesk: createDutyDesk(services),
    plannedEventDesk: createPlannedEventDesk(services),
    account: createAccountDesk({ ...services, ending: sessions, secondFactors }),
    userDesk: createUserDesk({
      ...services,
      endSessions: (userId) => sessions.endAllOf(userId),
      isPlace: (code) => services.town().places.some((place) => place.code === code),
    }),
    isAlive(id) {
      const token = /^token:(.+)$/.exec(id)?.[1]
      return token === undefined ? sessions.isAlive(id) : tokenDesk.isAlive(token)
    },
    onEnd(listener) {
      sessions.onEnd(listener)
      tokenDesk.onEnd((id) => listener(`token:${id}`))
    },
  }
}
