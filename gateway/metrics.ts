import type { Sample } from './http/services.ts'
import type { ProbeState } from './pipeline/probe.ts'
import type { AdapterMeter } from './ports/adapter.ts'

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

export interface HouseFigures {
  logHead: number
  correlatorPosition: number
  seriesLag: number
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
    gauge('series_lag', 'Observations that the time series have not seen yet.', figures.seriesLag),
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
