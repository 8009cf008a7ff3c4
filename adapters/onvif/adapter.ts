import { z } from 'zod'
import type { DecodeFailure, Observation } from '../../gateway/domain/observation.ts'
import type { Adapter, CameraContext, RawMessage } from '../../gateway/ports/adapter.ts'
import type { CameraLink } from '../../gateway/ports/cameras.ts'
import { type CameraKeeper, createCameraKeeper } from './camera-keeper.ts'
import { createCameraLink } from './camera-link.ts'
import { type OnvifConfig, onvifConfigSchema } from './config.ts'
import { createExchange } from './exchange.ts'
import { realTiming, type Timing } from './timing.ts'

/** ONVIF: one keeper for each camera of the town that has an address and a login. */
export interface OnvifAdapter extends Adapter {
  readonly cameras: CameraLink
}

/** Chance and waiting, for tests. */
export interface OnvifParts {
  timing?: Timing
  random?: () => number
}

const adapterName = 'onvif'

/** As the voice wrote it; only this is ever in quarantine. */
const observed = { device: z.string(), observedAt: z.number(), receivedAt: z.number() }
const observations = z.array(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('status'), online: z.boolean(), ...observed }),
    z.strictObject({
      kind: z.literal('event'),
      type: z.string().min(1).max(64),
      state: z.enum(['active', 'clear', 'unknown', 'pulse']),
      senderId: z.string().max(128).optional(),
      ...observed,
    }),
  ]),
)

function decode({ payload, receivedAt }: RawMessage): Observation[] | DecodeFailure {
  try {
    const read = observations.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
    return read.map((one): Observation => ({ ...one, receivedAt }))
  } catch {
    return {
      reason: 'unparseable',
      detail: 'payload: found something else than the observations that the ONVIF adapter writes.',
    }
  }
}

export function createOnvifAdapter(
  config: OnvifConfig,
  context: CameraContext,
  { timing = realTiming, random = Math.random }: OnvifParts = {},
): OnvifAdapter {
  const settings = onvifConfigSchema.parse(config)
  const { devices, cameras } = context
  const exchange = createExchange((address) => context.addressProblem(address))
  const keepers = new Map<string, CameraKeeper>()
  /** Keepers that still say farewell: nobody else speaks to their camera meanwhile. */
  const leaving = new Map<string, Promise<void>>()
  const ending = new AbortController()
  let isRunning = false
  let stopListening: (() => void)[] = []
  const { link, end } = createCameraLink({
    context,
    settings,
    exchange,
    timing,
    keeperOf: (device) => keepers.get(device),
    ending: ending.signal,
  })

  function leave(device: string, keeper: CameraKeeper): Promise<void> {
    keepers.delete(device)
    const left = keeper.stop().finally(() => leaving.delete(device))
    leaving.set(device, left)
    return left
  }

  function join(device: string): void {
    const access = cameras.access(device)
    if (!access) return
    const parts = { device, context, settings, exchange, timing, random }
    try {
      keepers.set(device, createCameraKeeper(parts, access))
    } catch (error) {
      context.log.warn(`onvif: ${device} is not called: ${(error as Error).message}`)
    }
  }

  function isWanted(device: string): boolean {
    const known = devices.get(device)
    if (!known || known.adapter !== adapterName || known.state === 'outOfService') return false
    return !devices.isBlocked(device) && cameras.access(device) !== undefined
  }

  /** Keepers as the town wants them; one whose login or address changed begins anew. */
  function reconcile(): void {
    if (!isRunning) return
    for (const [device, keeper] of keepers) {
      const isSame = keeper.accessVersion === cameras.accessVersion(device)
      if (isWanted(device) && isSame) continue
      void leave(device, keeper).then(reconcile)
    }
    for (const { id } of devices.all()) {
      if (!keepers.has(id) && !leaving.has(id) && isWanted(id)) join(id)
    }
  }

  return {
    name: adapterName,
    cameras: link,
    connected: () => isRunning,
    decode: async (message) => decode(message),
    async start() {
      isRunning = true
      stopListening = [devices.onChange(reconcile), cameras.onChange(reconcile)]
      reconcile()
    },
    async stop() {
      isRunning = false
      for (const stop of stopListening) stop()
      stopListening = []
      ending.abort(new Error('the adapter is stopped'))
      end()
      for (const [device, keeper] of keepers) void leave(device, keeper)
      await Promise.all(leaving.values())
    },
  }
}
