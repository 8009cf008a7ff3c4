import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import type { DecodeFailure, Observation } from '../domain/observation.ts'
import type { Adapter, Ingest, RawMessage } from '../ports/adapter.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type {
  ObservationLog,
  QuarantineEntry,
  QuarantineStore,
} from '../ports/observation-store.ts'
import { judge } from './judge.ts'

/**
 * The door into the house. What may be believed goes to the log, what may not to quarantine, both
 * in one group commit. Of a mixed message the good part is stored at once; the whole message waits
 * in quarantine too, and its replay stores the good part again without effect.
 */

export interface AcceptParts {
  log: ObservationLog
  quarantine: QuarantineStore
  devices: DeviceRegistry
  clock: Clock
}

interface Verdict {
  good: readonly Observation[]
  failure: DecodeFailure | undefined
}

/** lianxun/<village>/<device>/…; other topics name neither. */
const topicPattern = /^lianxun\/([^/]+)\/([^/]+)\//

/** Reasons of the bad observations of one message, as one. */
function joinFailures(failures: readonly DecodeFailure[], total: number): DecodeFailure {
  const first = failures[0] as DecodeFailure
  if (total === 1) return first
  const shown = [...new Set(failures.map((failure) => failure.detail))].slice(0, 5)
  return {
    reason: first.reason,
    detail: `${failures.length} of ${total} observations: ${shown.join(' ')}`,
  }
}

/** The second level of the topic, without the cost of a pattern: asked for each message. */
function villageOf(topic: string): string | undefined {
  if (!topic.startsWith('lianxun/')) return undefined
  const end = topic.indexOf('/', 8)
  return end < 0 ? undefined : topic.slice(8, end)
}

function judgeAll(
  observations: readonly Observation[],
  topic: string,
  { devices, clock }: Pick<AcceptParts, 'devices' | 'clock'>,
): Verdict {
  const village = villageOf(topic)
  const now = clock.now()
  let failures: DecodeFailure[] | undefined
  let good: Observation[] | undefined
  for (let i = 0; i < observations.length; i++) {
    const observation = observations[i] as Observation
    // What comes by a topic of devices speaks for no route.
    const device =
      village === undefined ? devices.speaker(observation.device) : devices.get(observation.device)
    const isBlocked = devices.isBlocked(observation.device)
    const failure = judge(observation, { device, isBlocked, village, now })
    if (failure) {
      good ??= observations.slice(0, i)
      failures ??= []
      failures.push(failure)
    } else good?.push(observation)
  }
  return {
    good: good ?? observations,
    failure: failures && joinFailures(failures, observations.length),
  }
}

export function createIngest({ log, quarantine, devices, clock }: AcceptParts): Ingest {
  function keep(message: RawMessage, failure: DecodeFailure): Promise<void> {
    const [, village, device] = topicPattern.exec(message.topic) ?? []
    return quarantine.put({
      topic: message.topic,
      // The registry's village, so that the village that owns the device sees its message.
      village: (device === undefined ? undefined : devices.get(device)?.village) ?? village ?? null,
      device: device ?? null,
      payload: message.payload,
      receivedAt: message.receivedAt,
      failure,
    })
  }

  return {
    /** No async function: each promise in between costs every message. */
    accept(message, decoded) {
      if (!Array.isArray(decoded)) return keep(message, decoded)
      const { good, failure } = judgeAll(decoded, message.topic, { devices, clock })
      if (!failure) return log.append(good)
      return Promise.all([log.append(good), keep(message, failure)])
    },
    probe: () => log.probe(clock.now()),
  }
}

export type ReplayOutcome =
  | { state: 'replayed'; stored: number }
  | { state: 'waiting'; failure: DecodeFailure }

export interface ReplayRequest {
  id: number
  /** A repaired text, decoded instead of what the device sent. */
  payload?: string | undefined
}

function adapterOf(
  entry: QuarantineEntry,
  { adapters, devices }: { adapters: readonly Adapter[]; devices: DeviceRegistry },
): Adapter {
  const name = entry.device === null ? undefined : devices.get(entry.device)?.adapter
  const adapter = adapters.find((candidate) => candidate.name === name) ?? adapters[0]
  if (!adapter) throw new InvalidError('No adapter is running that could decode the message.')
  return adapter
}

/**
 * Decodes and judges a quarantined message again, now that its cause was mended. Stored as of its
 * first arrival, so that replaying twice changes nothing. What still fails keeps waiting, and the
 * present reason is the answer.
 *
 * @throws NotFoundError for an unknown id, ConflictError for one that does not wait any more.
 */
export async function replayQuarantine(
  parts: AcceptParts & { adapters: readonly Adapter[] },
  { id, payload }: ReplayRequest,
): Promise<ReplayOutcome> {
  const entry = await parts.quarantine.get(id)
  if (!entry) throw new NotFoundError(`No quarantined message ${id}.`)
  if (entry.state !== 'waiting') {
    throw new ConflictError(`Message ${id} was ${entry.state} already.`, entry.state)
  }
  const message: RawMessage = {
    topic: entry.topic,
    payload: payload === undefined ? entry.payload : Buffer.from(payload, 'utf8'),
    receivedAt: entry.firstAt,
  }
  const decoded = await adapterOf(entry, parts).decode(message)
  if (!Array.isArray(decoded)) return { state: 'waiting', failure: decoded }
  const { good, failure } = judgeAll(decoded, message.topic, parts)
  const { stored } = await parts.log.append(good)
  if (failure) return { state: 'waiting', failure }
  await parts.quarantine.setState(id, 'replayed')
  return { state: 'replayed', stored }
}
