import { until } from '../../adapters/mqtt/kit.ts'
import type { House } from './house.ts'
import { onAir } from './on-air.ts'
import type { TownClock } from './town-clock.ts'

interface Said {
  latest: { at: number }[]
}

/**
 * Resolves when the last reading of everything that was said is kept. That is done now and then
 * only, all of it together: when time has passed and something more came, here of `v3-met1`.
 */
export async function keepLatest(house: House, clock: TownClock): Promise<void> {
  const operator = await house.as('operator-town')
  const air = await onAir(house, 'v3-met1')
  await until('rules to catch up', async () =>
    /^lianxun_correlator_lag 0$/m.test((await house.ask('/metrics')).text),
  )
  const caughtUpAt = clock.now()
  await until('last readings to be kept', async () => {
    clock.advance(10_000)
    await air.say('telemetry', { ts: clock.now(), readings: { humidity: 50 } })
    const { latest } = (await operator.get('/api/v1/devices/v3-met1')).body as Said
    return latest.some(({ at }) => at > caughtUpAt)
  })
  await air.leave()
}
