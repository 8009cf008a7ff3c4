import { constants } from 'node:crypto'
import { createServer, type TLSSocket } from 'node:tls'
import type { SecureListener, SecureListenOptions } from '../ports/tls.ts'
import type { CertificatePair } from './certificate.ts'

/** One TLS port. Who does not finish the handshake soon is cut off. */
export interface SecureServer extends SecureListener {
  start(): Promise<void>
  renew(pair: CertificatePair): void
}

const handshakeTimeoutMs = 10_000

function contextOf({ cert, key, ca }: CertificatePair, asksForCertificate: boolean) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    // Of TLS 1.2 only what keeps old recordings closed when the key gets out (RFC 7525, 4.2).
    ciphers:
      'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
    ...(asksForCertificate && ca !== undefined && { ca }),
  }
}

/** The name the client proved, `undefined` without a certificate, `null` when it is not good. */
function peerName(socket: TLSSocket): string | undefined | null {
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string | string[] } }
  if (subject === undefined) return undefined
  if (!socket.authorized || typeof subject.CN !== 'string') return null
  return subject.CN
}

export function createSecureServer(
  options: SecureListenOptions,
  pair: CertificatePair,
  welcome: (socket: TLSSocket, certifiedAs: string | undefined) => void,
): SecureServer {
  const asks = options.asksForCertificate && pair.ca !== undefined
  const sockets = new Set<TLSSocket>()
  const server = createServer(
    {
      ...contextOf(pair, asks),
      requestCert: asks,
      // Judged below, because a client without a certificate is welcome.
      rejectUnauthorized: false,
      ALPNProtocols: options.asksForCertificate ? undefined : ['http/1.1'],
      handshakeTimeout: handshakeTimeoutMs,
      // A resumed session would not show the client's certificate again.
      ...(asks && { secureOptions: constants.SSL_OP_NO_TICKET }),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    },
    (socket) => {
      const certifiedAs = asks ? peerName(socket) : undefined
      if (certifiedAs === null) {
        const why = `its certificate is not good: ${String(socket.authorizationError)}`
        options.refused?.(socket.remoteAddress ?? 'a connection', why)
        socket.destroy()
        return
      }
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      welcome(socket, certifiedAs)
    },
  )
  server.maxConnections = options.maxConnections

  return {
    renew: (next) => server.setSecureContext(contextOf(next, asks)),
    port() {
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : undefined
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen({ port: options.port, host: options.host, backlog: 4_096 }, () => {
          server.off('error', reject)
          resolve()
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        if (server.listening) server.close(() => resolve())
        else resolve()
      }),
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
