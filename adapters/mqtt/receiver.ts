import type { DecodeFailure, Observation } from '../../gateway/domain/observation.ts'
import type { AdapterContext, RawMessage } from '../../gateway/ports/adapter.ts'
import { decode, isFailure } from './decode.ts'
import { type ProbeLine, probeTopic } from './probe.ts'

/**
 * The way of one message from its bytes into the house, the same for both brokers: decode, keep
 * the picture, hand over. Resolves when all of it is on the disk; only then acknowledge.
 */
export interface Receiver {
  receive(message: RawMessage): Promise<unknown>
  /** For the stale copy a broker sends at subscription: see `freshOnly`. */
  receiveRetained(message: RawMessage): Promise<unknown>
  decode(message: RawMessage): Promise<Kept>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

type Outcome = Observation[] | DecodeFailure

interface Kept {
  message: RawMessage
  outcome: Outcome
}

/**
 * A retained reading without a time of its own may be days old: taking it for one of now would be a
 * lie. Status is state, so its retained copy counts; what carries a time is recognised downstream.
 */
function freshOnly(outcome: Outcome): Outcome {
  if (isFailure(outcome)) return outcome
  return outcome.filter((o) => o.kind === 'status' || o.observedAt !== o.receivedAt)
}

export interface ReceiverParts extends Pick<AdapterContext, 'ingest' | 'pictures' | 'meter'> {
  probe: Pick<ProbeLine, 'take'>
  maxTelemetryBytes: number
}

export function createReceiver(parts: ReceiverParts): Receiver {
  const { ingest, pictures, meter, probe, maxTelemetryBytes } = parts
  let underWay = 0
  let waiting: (() => void)[] = []

  async function keepPicture(outcome: Outcome, image: Uint8Array): Promise<Outcome> {
    const picture = await pictures.put(image)
    if (isFailure(outcome)) return outcome
    return outcome.map((o) => (o.kind === 'event' ? { ...o, picture } : o))
  }

  /** At once, unless there is a picture to keep: most messages have none, and a wait costs them. */
  function decodeAndKeep(message: RawMessage): Kept | Promise<Kept> {
    const decoded = decode(message, maxTelemetryBytes)
    if (decoded.personal === true) meter.count('refused')
    const kept = decoded.keep === undefined ? message : { ...message, payload: decoded.keep }
    const { image, outcome } = decoded
    if (image === undefined) return { message: kept, outcome }
    return keepPicture(outcome, image).then((pictured) => ({ message: kept, outcome: pictured }))
  }

  function store({ message, outcome }: Kept): Promise<unknown> {
    if (isFailure(outcome)) meter.count('failures')
    else if (outcome.length === 0) return Promise.resolve()
    return ingest.accept(message, outcome)
  }

  function ended(): void {
    underWay -= 1
    if (underWay === 0) settle()
  }

  /** No async function: each promise in between costs every message. */
  function counted(work: Promise<unknown>): Promise<unknown> {
    underWay += 1
    work.then(ended, ended)
    return work
  }

  function handOver(message: RawMessage): Promise<unknown> {
    if (message.topic === probeTopic) return counted(probe.take(message.payload))
    meter.count('messages')
    const kept = decodeAndKeep(message)
    return counted(kept instanceof Promise ? kept.then(store) : store(kept))
  }

  async function handOverRetained(message: RawMessage): Promise<void> {
    meter.count('messages')
    const kept = await decodeAndKeep(message)
    await store({ ...kept, outcome: freshOnly(kept.outcome) })
  }

  function settle(): void {
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  return {
    receive: handOver,
    receiveRetained: (message) => counted(handOverRetained(message)),
    decode: async (message) => decodeAndKeep(message),
    idle: () =>
      underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  }
}
