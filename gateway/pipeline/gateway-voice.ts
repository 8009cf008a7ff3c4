import { gatewaySpeaker } from '../domain/gateway-rules.ts'
import type { Ingest } from '../ports/adapter.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'

export interface GatewayVoiceParts {
  ingest: Pick<Ingest, 'accept'>
  devices: Pick<DeviceRegistry, 'speaker'>
  clock: Clock
}

/**
 * Lets the gateway speak of itself, by the way of the devices: through the log and the rules to an
 * alarm and its case. Without a town there is nobody to tell.
 */
export function createGatewayVoice({ ingest, devices, clock }: GatewayVoiceParts) {
  return async (event: { type: string; state: 'active' | 'clear' }): Promise<void> => {
    if (devices.speaker(gatewaySpeaker) === undefined) return
    const at = clock.now()
    await ingest.accept(
      {
        topic: `gateway/${event.type}`,
        payload: Buffer.from(JSON.stringify(event)),
        receivedAt: at,
      },
      [{ kind: 'event', device: gatewaySpeaker, observedAt: at, receivedAt: at, ...event }],
    )
  }
}
