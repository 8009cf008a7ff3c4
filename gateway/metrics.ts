import type { Sample } from './http/services.ts'
import type { ProbeState } from './pipeline/probe.ts'
import type { AdapterMeter } from './ports/adapter.ts'
import type { SeriesState } from './ports/series-store.ts'
import type { InfluxCounts } from './storage/influx/writer.ts'

/** Figures of the running house for /metrics. */

const meterNames = ['messages', 'refused', 'failures', 'connections', 'heldBack'] as const

const meterTexts = {
  messages: 'Messages an adapter received.',
  refused: 'Attempts an adapter refused: credentials, topics, limits.',
  failures: 'Messages or connections that failed.',
  connections: 'Connections an adapter accepted.',
  heldBack: 'Messages of devices over their rate, which were taken late.',
} as const

export interface Meters {
  meter: AdapterMeter
  samples(): Sample[]
}

export function createMeters(adapter: string): Meters {
  const counts = { messages: 0, refused: 0, failures: 0, connections: 0, heldBack: 0 }
  return {
    meter: {
      count(name, by = 1) {
        counts[name] += by
      },
    },
    samples: () =>
      meterNames.map((name) => ({
        name: `lianxun_adapter_${name === 'heldBack' ? 'held_back' : name}_total`,
        kind: 'counter',
        text: meterTexts[name],
        labels: { adapter },
        value: counts[name],
      })),
  }
}

export interface SeriesFigures extends SeriesState {
  /** Of an InfluxDB. */
  counts: InfluxCounts | undefined
}

export interface HouseFigures {
  logHead: number
  correlatorPosition: number
  queuedRows: number
  quarantineWaiting: number
  devices: number
  outboxHead: number
  uptimeS: number
  throttled: number
  probe: ProbeState
  /** How often the clocks of cases did what. */
  fired: ReadonlyMap<string, number>
}

function gauge(name: string, text: string, value: number): Sample {
  return { name: `lianxun_${name}`, kind: 'gauge', text, value }
}

export function houseSamples(figures: HouseFigures): Sample[] {
  return [
    gauge('log_head', 'Number of the newest observation.', figures.logHead),
    gauge(
      'correlator_lag',
      'Observations that rules have not seen yet.',
      Math.max(0, figures.logHead - figures.correlatorPosition),
    ),
    gauge('store_queue', 'Rows that wait for the disk.', figures.queuedRows),
    gauge('quarantine_waiting', 'Messages that wait in quarantine.', figures.quarantineWaiting),
    gauge('devices', 'Devices that are known.', figures.devices),
    gauge('outbox_head', 'Number of the newest outgoing event.', figures.outboxHead),
    gauge(
      'throttled_devices',
      'Devices over their rate, which are read slowly.',
      figures.throttled,
    ),
    gauge(
      'probe_round_trip_ms',
      "The gateway's own message, from the wire to the disk.",
      figures.probe.roundTripMs ?? Number.NaN,
    ),
    gauge(
      'probe_last_success_seconds',
      'Unix time at which the last of its own messages came through; 0: none did.',
      Math.round((figures.probe.lastOkAt ?? 0) / 1_000),
    ),
    ...[...figures.fired].map(
      ([act, value]): Sample => ({
        name: 'lianxun_case_clock_total',
        kind: 'counter',
        text: 'What the clocks of cases did by themselves.',
        labels: { act },
        value,
      }),
    ),
    gauge('uptime_seconds', 'How long the gateway runs.', figures.uptimeS),
    gauge('resident_memory_bytes', 'Memory of the process.', process.memoryUsage().rss),
  ]
}

const countTexts: Record<keyof InfluxCounts, string> = {
  written: 'Readings that InfluxDB took.',
  outlived: 'Readings that were older than the bucket of InfluxDB keeps them.',
  forgotten: 'Readings that InfluxDB refused and that had to make room for newer ones.',
}

export function seriesSamples(figures: SeriesFigures): Sample[] {
  const { waiting, trouble, refused, counts } = figures
  const counters = Object.entries(counts ?? {}).map(
    ([name, value]): Sample => ({
      name: `lianxun_influx_${name}_total`,
      kind: 'counter',
      text: countTexts[name as keyof InfluxCounts],
      value,
    }),
  )
  return [
    gauge('series_lag', 'Observations that the time series have not seen yet.', waiting),
    gauge('series_trouble', 'Whether the time series cannot be written.', trouble === null ? 0 : 1),
    gauge('series_refused', 'Readings that the time series refused; they are kept.', refused),
    ...counters,
  ]
}
