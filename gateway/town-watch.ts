import type { Town } from './domain/town.ts'
import type { TownStore } from './ports/town-store.ts'

/**
 * The town in memory, and its renewal when this or another process changed it: files are imported
 * while the gateway runs.
 */
export interface TownWatch {
  /** Reads the town; afterwards `town` answers. */
  start(): Promise<void>
  stop(): Promise<void>
  town: () => Town
  /** Looks at once, for changes made here. */
  look(): Promise<void>
}

const lookEveryMs = 2000

export interface TownWatchOptions {
  store: TownStore
  /** Called after each reading but the first; a throw is tried again at the next look. */
  changed: (town: Town) => Promise<void>
  warn: (text: string) => void
}

export function createTownWatch({ store, changed, warn }: TownWatchOptions): TownWatch {
  let town: Town | undefined
  let revision = -1
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let looking: Promise<void> = Promise.resolve()

  async function lookOnce(): Promise<void> {
    const present = await store.revision()
    if (present === revision) return
    const isFirst = town === undefined
    town = await store.load()
    if (!isFirst) await changed(town)
    revision = present
  }

  function look(): Promise<void> {
    looking = looking.catch(() => {}).then(lookOnce)
    return looking
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => warn(`the town could not be read again: ${String(error)}`))
        .finally(schedule)
    }, lookEveryMs)
  }

  return {
    look,
    async start() {
      await look()
      schedule()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking.catch(() => {})
    },
    town() {
      if (!town) throw new Error('the town is asked for before it was read')
      return town
    },
  }
}
