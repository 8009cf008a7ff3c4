import type { ProbeAnswer } from '../api/types.ts'

/**
 * Cameras that are asked who they are: a few at a time, each login tried once at each address. What
 * is asked and how is handed in.
 */

export interface Login {
  username: string
  password: string
}

export interface ProbeRow {
  address: string
  state: 'waiting' | 'asking' | 'answered' | 'failed'
  answer: ProbeAnswer | null
  /** The gateway itself could not be asked. */
  failure: unknown
}

export interface ProbeQueue {
  /** Addresses that are new, and those that failed for another reason than the login. */
  add(addresses: readonly string[], login: Login): void
  /** Because somebody asks for it. */
  again(address: string, login: Login): void
  remove(address: string): void
  /** What is under way is given up and forgotten. */
  stop(): void
}

interface QueueSettings {
  ask: (address: string, login: Login, signal: AbortSignal) => Promise<ProbeAnswer>
  onRows: (rows: readonly ProbeRow[]) => void
}

export const atOnce = 4

/** A wrong login makes cameras lock themselves: these are not asked again by themselves. */
const aboutLogin = new Set(['wrongPassword', 'locked'])

const sameLogin = (a: Login, b: Login) => a.username === b.username && a.password === b.password

interface Entry {
  row: ProbeRow
  login: Login
}

export function createProbeQueue({ ask, onRows }: QueueSettings): ProbeQueue {
  const entries = new Map<string, Entry>()
  let ending = new AbortController()
  let running = 0

  const tell = () => onRows([...entries.values()].map(({ row }) => row))

  function set(address: string, row: Partial<ProbeRow>): void {
    const entry = entries.get(address)
    if (!entry) return
    entry.row = { ...entry.row, ...row }
    tell()
  }

  async function outcome(address: string, login: Login): Promise<Partial<ProbeRow>> {
    try {
      const answer = await ask(address, login, ending.signal)
      return { state: answer.problem === null ? 'answered' : 'failed', answer }
    } catch (failure) {
      return { state: 'failed', failure }
    }
  }

  async function run(address: string, { login }: Entry): Promise<void> {
    const { signal } = ending
    running += 1
    set(address, { state: 'asking' })
    const row = await outcome(address, login)
    if (signal.aborted) return
    running -= 1
    set(address, row)
    next()
  }

  function next(): void {
    for (const [address, entry] of entries) {
      if (running >= atOnce) return
      if (entry.row.state === 'waiting') void run(address, entry)
    }
  }

  function put(address: string, login: Login): void {
    const row: ProbeRow = { address, state: 'waiting', answer: null, failure: null }
    entries.set(address, { row, login })
  }

  function isWorthAsking(address: string, login: Login): boolean {
    const known = entries.get(address)
    if (!known) return true
    if (known.row.state !== 'failed') return false
    const problem = known.row.answer?.problem ?? ''
    return !aboutLogin.has(problem) || !sameLogin(known.login, login)
  }

  return {
    add(addresses, login) {
      for (const address of addresses) if (isWorthAsking(address, login)) put(address, login)
      tell()
      next()
    },
    again(address, login) {
      const state = entries.get(address)?.row.state
      if (state === 'asking' || state === 'waiting') return
      put(address, login)
      tell()
      next()
    },
    remove(address) {
      entries.delete(address)
      tell()
    },
    stop() {
      ending.abort()
      ending = new AbortController()
      entries.clear()
      running = 0
    },
  }
}

/** One a line; commas and blanks do as well. Doubles are asked once. */
export function addressesIn(text: string): string[] {
  const found = text.split(/[\s,;，；、]+/).map((one) => one.trim())
  return [...new Set(found.filter((one) => one !== ''))]
}
