import type { Server, Socket } from 'node:net'
import { UnavailableError } from '../../gateway/domain/errors.ts'
import type { SecureListener } from '../../gateway/ports/tls.ts'
import type { SourceContext } from './adapter.ts'
import type { EmbeddedConfig } from './config.ts'

/** The embedded broker's ports. */

export function listen(server: Server, { host, port }: EmbeddedConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const advice = 'is another program on this port? Change LIANXUN_MQTT_PORT or stop it'
      reject(
        new UnavailableError(`MQTT cannot listen on ${host}:${port}: ${error.message}; ${advice}.`),
      )
    })
    // After an outage all devices come at once; the system cuts this to its own bound.
    server.listen({ port, host, backlog: 4_096 }, resolve)
  })
}

interface SecureGuests {
  welcome: (socket: Socket, certifiedAs?: string) => void
  refused: (address: string, why: string) => void
}

export async function listenSecurely(
  { host, securePort: port, maxConnections }: EmbeddedConfig,
  tls: SourceContext['tls'],
  { welcome, refused }: SecureGuests,
): Promise<SecureListener | undefined> {
  try {
    const options = { host, port, maxConnections, asksForCertificate: true, refused }
    return await tls?.listen(options, welcome)
  } catch (error) {
    const advice = 'is another program on this port? Change LIANXUN_MQTTS_PORT or stop it'
    const said = (error as Error).message
    throw new UnavailableError(`MQTTS cannot listen on ${host}:${port}: ${said}; ${advice}.`)
  }
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

export function portOf(server: Server | undefined): number | undefined {
  const address = server?.address()
  return typeof address === 'object' && address !== null ? address.port : undefined
}

/** An address to connect to, where `host` says on which to listen. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
