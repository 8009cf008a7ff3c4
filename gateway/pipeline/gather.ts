/**
 * Lets works end together that were begun one by one, so that they share what costs as much for many
 * as for one. Nobody waits for a time: only for those who are under way, and for so many at most.
 */
export interface Gather {
  /** The way there. */
  underWay<T>(work: () => Promise<T>): Promise<T>
  /** Resolves in one turn for all that came this far, when nobody is under way or enough are here. */
  together(): Promise<void>
}

export function createGather(enough: number): Gather {
  let coming = 0
  const here: (() => void)[] = []

  function go(): void {
    for (const resolve of here.splice(0)) resolve()
  }

  return {
    async underWay(work) {
      coming += 1
      try {
        return await work()
      } finally {
        coming -= 1
        if (coming === 0) go()
      }
    },
    together() {
      const { promise, resolve } = Promise.withResolvers<void>()
      here.push(resolve)
      if (coming === 0 || here.length >= enough) go()
      return promise
    },
  }
}
