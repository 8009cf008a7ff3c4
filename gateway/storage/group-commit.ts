import { setImmediate as breathe } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/**
 * Works that come in the same turn, or while another commit is under way, are done together: one fsync for all
 * of them, where a thousand phones send at once. Each resolves after its own commit, and what fails
 * takes nothing of the others with it.
 */
export type Together = <T>(work: (trx: Kysely<Tables>) => Promise<T>) => Promise<T>

interface Waiting {
  work: (trx: Kysely<Tables>) => Promise<unknown>
  answer: PromiseWithResolvers<unknown>
}

/** So long nobody else writes. */
const mostAtOnce = 100

export function createGroupCommit(db: Kysely<Tables>): Together {
  const waiting: Waiting[] = []
  let isWorking = false

  async function commit(group: readonly Waiting[]): Promise<void> {
    const results = await db.transaction().execute(async (trx) => {
      const done: unknown[] = []
      for (const { work } of group) done.push(await work(trx))
      return done
    })
    for (const [index, { answer }] of group.entries()) answer.resolve(results[index])
  }

  async function settle(group: readonly Waiting[]): Promise<void> {
    try {
      await commit(group)
    } catch (error) {
      if (group.length === 1) group[0]?.answer.reject(error)
      else for (const one of group) await settle([one])
    }
  }

  async function run(): Promise<void> {
    isWorking = true
    // A commit holds the one thread: what came in over the network meanwhile is read first.
    while (waiting.length > 0) {
      await breathe()
      await settle(waiting.splice(0, mostAtOnce))
    }
    isWorking = false
  }

  return <T>(work: (trx: Kysely<Tables>) => Promise<T>) => {
    const answer = Promise.withResolvers<unknown>()
    waiting.push({ work, answer })
    if (!isWorking) void run()
    return answer.promise as Promise<T>
  }
}
