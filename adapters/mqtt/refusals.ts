import type { AdapterContext } from '../../gateway/ports/adapter.ts'

/** Counts every refusal and tells each kind once a minute: a device that may not in tries again at once. */
export type Refuse = (who: string, why: string) => void

/** An error that aedes is given for what was refused, counted and told already. */
export function refusalError(why: string, returnCode = 5): Error & { returnCode: number } {
  return Object.assign(new Error(why), { returnCode })
}

/** What aedes ends a connection for by itself: no refusal of ours, no broken line, no silence. */
export function brokeProtocol(error: Error): boolean {
  return !('returnCode' in error || 'code' in error || error.message === 'keep alive timeout')
}

const quietMs = 60_000
const maxRemembered = 1_000

export function createRefuse({
  meter,
  log,
  clock,
}: Pick<AdapterContext, 'meter' | 'log' | 'clock'>): Refuse {
  const toldAt = new Map<string, number>()
  return (who, why) => {
    meter.count('refused')
    const key = `${who}: ${why}`
    const now = clock.monotonic()
    const last = toldAt.get(key)
    if (last !== undefined && now - last < quietMs) return
    if (toldAt.size >= maxRemembered) toldAt.clear()
    toldAt.set(key, now)
    log.warn(`MQTT: refused ${JSON.stringify(who)}: ${why}`)
  }
}
