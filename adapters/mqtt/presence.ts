/**
 * What connections alone tell about a device: one that breaks off without DISCONNECT and without a
 * will is `offline`; the first one after that, or after the gateway's start, is `online`. A device
 * that says goodbye is asleep, not away, and a second connection of its keeps it here.
 */
export type Leaving = 'goodbye' | 'will' | 'lost'

export interface Presence {
  arrived(device: string): void
  left(device: string, how: Leaving): void
  connections(device: string): number
}

export function createPresence(report: (device: string, online: boolean) => void): Presence {
  const open = new Map<string, number>()
  const online = new Set<string>()

  return {
    arrived(device) {
      open.set(device, (open.get(device) ?? 0) + 1)
      if (online.has(device)) return
      online.add(device)
      report(device, true)
    },

    left(device, how) {
      const rest = (open.get(device) ?? 1) - 1
      if (rest > 0) {
        open.set(device, rest)
        return
      }
      open.delete(device)
      if (how === 'goodbye') return
      online.delete(device)
      if (how === 'lost') report(device, false)
    },

    connections: (device) => open.get(device) ?? 0,
  }
}
