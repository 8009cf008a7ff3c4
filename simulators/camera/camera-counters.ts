/** What the camera went through, for tests: counted here because a client cannot be trusted to. */
export interface CameraCounters {
  connectionsOpen: number
  connectionsMost: number
  connectionsTotal: number
  /** By operation, whatever became of them. */
  requests: Record<string, number>
  /** SOAP requests that are being worked on, hung ones included. */
  requestsPending: number
  requestsPendingMost: number
  pullsPending: number
  pullsPendingMost: number
  /** A second pull on a point where one waits already. */
  pullsTwice: number
  /** When somebody asked for a subscription (world time), refused ones included. */
  subscriptionAttempts: number[]
  /** When one came into being. */
  subscriptionsCreated: number[]
  subscriptionsOpen: number
  wrongLogins: number
  /** Logins whose time lies outside the camera's window, and second uses of a nonce. */
  staleLogins: number
  replayedLogins: number
  stills: number
}

/** No test and no demo looks further back. */
const timesMost = 10_000

export interface Counting {
  counters: () => CameraCounters
  opened: () => void
  closed: () => void
  /** Returns what to call when it is over. */
  began: (operation: string) => () => void
  pullBegan: () => () => void
  note: (what: 'pullsTwice' | 'wrongLogins' | 'staleLogins' | 'replayedLogins' | 'stills') => void
  noteTime: (what: 'subscriptionAttempts' | 'subscriptionsCreated', atMs: number) => void
  reset: () => void
}

const nothing = (): CameraCounters => ({
  connectionsOpen: 0,
  connectionsMost: 0,
  connectionsTotal: 0,
  requests: {},
  requestsPending: 0,
  requestsPendingMost: 0,
  pullsPending: 0,
  pullsPendingMost: 0,
  pullsTwice: 0,
  subscriptionAttempts: [],
  subscriptionsCreated: [],
  subscriptionsOpen: 0,
  wrongLogins: 0,
  staleLogins: 0,
  replayedLogins: 0,
  stills: 0,
})

export function createCounting(subscriptionsOpen: () => number): Counting {
  let count = nothing()
  const rise = (
    what: 'requestsPending' | 'pullsPending',
    most: keyof CameraCounters & `${string}Most`,
  ) => {
    count[what]++
    count[most] = Math.max(count[most], count[what])
    let isOver = false
    return () => {
      if (!isOver) count[what]--
      isOver = true
    }
  }
  return {
    counters: () => ({
      ...structuredClone(count),
      subscriptionsOpen: subscriptionsOpen(),
    }),
    opened() {
      count.connectionsTotal++
      count.connectionsOpen++
      count.connectionsMost = Math.max(count.connectionsMost, count.connectionsOpen)
    },
    closed() {
      count.connectionsOpen--
    },
    began(operation) {
      count.requests[operation] = (count.requests[operation] ?? 0) + 1
      return rise('requestsPending', 'requestsPendingMost')
    },
    pullBegan: () => rise('pullsPending', 'pullsPendingMost'),
    note(what) {
      count[what]++
    },
    noteTime(what, atMs) {
      count[what].push(atMs)
      if (count[what].length > timesMost) count[what].shift()
    },
    reset() {
      const { connectionsOpen, requestsPending, pullsPending } = count
      count = {
        ...nothing(),
        connectionsOpen,
        connectionsMost: connectionsOpen,
        requestsPending,
        requestsPendingMost: requestsPending,
        pullsPending,
        pullsPendingMost: pullsPending,
      }
    },
  }
}
