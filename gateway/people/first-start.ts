import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { ConflictError, InvalidError } from '../domain/errors.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { UserStore } from '../ports/user-store.ts'
import { refuseWeak } from './users.ts'

/**
 * The first start: whoever can read the gateway's terminal, and nobody else, becomes its
 * administrator. The one-time code lives in memory only and is told to the terminal; five wrong
 * ones make a new code, so that it cannot be guessed by trying.
 */

const wrongCodes = 5
const codeSigns = 8
/** Without those that look alike: 0 O, 1 I L. */
const signs = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

export interface FirstTown {
  code: string
  name: string
}

export interface FirstAdministrator {
  username: string
  displayName: string
  password: string
}

export type TownChoice = { kind: 'sample' } | { kind: 'geojson'; text: string }

interface Setup {
  code: string
  administrator: FirstAdministrator
  town?: TownChoice | undefined
}

export interface FirstStart {
  isNeeded(): Promise<boolean>
  town(): FirstTown | null
  /** For the terminal; the same until it is used up. */
  code(): string
  /** False: the code is wrong. Throws InvalidError with every problem, and then has written nothing. */
  setUp(setup: Setup, address: string): Promise<boolean>
}

export interface FirstStartParts {
  users: Pick<UserStore, 'count'>
  audit: AuditLog
  /** True: the environment says who administers, so nobody is asked. */
  hasAdministrator: boolean
  town: () => FirstTown | null
  /** Writes town and administrator together or nothing; throws InvalidError. */
  bring: (town: TownChoice | undefined, administrator: FirstAdministrator) => Promise<void>
  /** Says one line at the terminal, never in a log. */
  tell: (text: string) => void
}

function newCode(): string {
  const drawn = Array.from({ length: codeSigns }, () => signs[randomInt(signs.length)]).join('')
  return `${drawn.slice(0, 4)}-${drawn.slice(4)}`
}

function digest(code: string): Buffer {
  const plain = code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  return createHash('sha256').update(plain).digest()
}

export function createFirstStart(parts: FirstStartParts): FirstStart {
  const { users, audit, hasAdministrator, town, bring, tell } = parts
  let code = newCode()
  let wrong = 0
  let last: Promise<unknown> = Promise.resolve()

  const isNeeded = async () => !hasAdministrator && (await users.count()) === 0

  function isRight(typed: string): boolean {
    if (timingSafeEqual(digest(typed), digest(code))) return true
    wrong += 1
    if (wrong >= wrongCodes) {
      wrong = 0
      code = newCode()
      tell(`Five wrong codes were typed at /setup. The new one-time code: ${code}`)
    }
    return false
  }

  function checkTown(choice: TownChoice | undefined): void {
    const present = town()
    if (present && choice) {
      throw new InvalidError(`The town ${present.name} is here already; leave the town out.`)
    }
    if (!present && !choice) throw new InvalidError('There is no town yet; bring one.')
  }

  async function setUp(setup: Setup, address: string): Promise<boolean> {
    if (!(await isNeeded())) {
      throw new ConflictError('Lianxun is set up already; sign in instead.', undefined)
    }
    if (!isRight(setup.code)) {
      await audit.write({ actor: null, act: 'setUpRefused', subject: 'setup', address })
      return false
    }
    refuseWeak(setup.administrator.password)
    checkTown(setup.town)
    await bring(setup.town, setup.administrator)
    const subject = `user:${setup.administrator.username}`
    const detail = setup.town?.kind ?? 'administrator only'
    await audit.write({ actor: null, act: 'setUp', subject, detail, address })
    return true
  }

  return {
    isNeeded,
    town,
    code: () => code,
    /** One after the other: of two at once the second finds that it is done. */
    setUp(setup, address) {
      const done = last.catch(() => {}).then(() => setUp(setup, address))
      last = done
      return done
    },
  }
}
