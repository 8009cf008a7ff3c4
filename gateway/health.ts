import { setTimeout } from 'node:timers/promises'
import { isFull } from './domain/disk.ts'
import { inPlainWords } from './explain.ts'
import type { HealthKeeper } from './health/keeper.ts'
import { pageSamples } from './health/samples.ts'
import type { HttpServices, Sample } from './http/services.ts'
import { houseSamples, type Meters, seriesSamples } from './metrics.ts'
import type { CaseClocks } from './pipeline/case-clocks.ts'
import type { Correlator } from './pipeline/correlate.ts'
import type { Probe } from './pipeline/probe.ts'
import type { Supervised } from './pipeline/supervise.ts'
import type { Adapter } from './ports/adapter.ts'
import type { DeviceRegistry } from './ports/device-registry.ts'
import type { Outbox } from './ports/outbox.ts'
import type { SeriesStore } from './ports/series-store.ts'
import type { InfluxStore } from './storage/influx/influx-store.ts'
import type { ObservationStore } from './storage/observation-store.ts'

/** What /readyz and /metrics say of the running house. */

export interface HealthParts {
  observations: ObservationStore
  series: Pick<SeriesStore, 'state'> & Partial<Pick<InfluxStore, 'counts'>>
  devices: DeviceRegistry
  outbox: Outbox
  correlator: Correlator
  clocks: CaseClocks
  supervised: readonly { adapter: Adapter; way: Supervised }[]
  meters: Pick<Meters, 'samples'>
  probe: Pick<Probe, 'state'>
  throttled: () => ReadonlyMap<string, unknown>
  page: Pick<HealthKeeper, 'figures'>
  live: { samples(): Sample[] }
}

/** Figures must be had while the disk hangs; one that it keeps to itself is not a number. */
async function soon(figure: Promise<number>): Promise<number> {
  const late = setTimeout(500, Number.NaN, { ref: false })
  return await Promise.race([figure.catch(() => Number.NaN), late])
}

export function createHealth({
  observations,
  series,
  devices,
  outbox,
  correlator,
  clocks,
  supervised,
  meters,
  probe,
  throttled,
  page,
  live,
}: HealthParts): Pick<HttpServices, 'readiness' | 'samples'> {
  const { log, quarantine } = observations
  const isDiskFull = () => {
    const { disk } = page.figures()
    return disk !== null && isFull(disk)
  }
  return {
    async readiness() {
      const { failing } = observations.health()
      const rules = correlator.trouble()
      const deadlines = clocks.trouble()
      const { failing: probeTrouble } = probe.state()
      const troubles = supervised.map(({ adapter, way }) => {
        const trouble = way.trouble() ?? (adapter.connected() ? null : 'is not connected')
        return trouble && `${adapter.name}: ${trouble}`
      })
      const problems = [
        !failing &&
          isDiskFull() &&
          'disk: the disk is full. Free some space; it goes on by itself.',
        failing && `store: nothing is stored or acknowledged: ${inPlainWords(failing)}`,
        rules && `rules: what arrives waits to be judged: ${inPlainWords(rules)}`,
        deadlines && `clocks: deadlines of cases are not kept: ${inPlainWords(deadlines)}`,
        ...troubles,
        probeTrouble && `probe: ${probeTrouble}`,
      ]
      return { problems: problems.filter((text) => typeof text === 'string') }
    },
    async samples() {
      const { queuedRows } = observations.health()
      const figures = {
        logHead: await log.head(),
        correlatorPosition: correlator.position(),
        quarantineWaiting: await soon(quarantine.waiting(null)),
        devices: devices.all().length,
        outboxHead: await soon(outbox.head()),
        uptimeS: Math.round(process.uptime()),
        throttled: throttled().size,
        probe: probe.state(),
        fired: clocks.fired(),
      }
      return [
        ...meters.samples(),
        ...houseSamples({ ...figures, queuedRows }),
        ...seriesSamples({ ...series.state(), counts: series.counts?.() }),
        ...pageSamples(page.figures()),
        ...live.samples(),
      ]
    },
  }
}
