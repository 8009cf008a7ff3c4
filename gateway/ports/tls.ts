import type { TLSSocket } from 'node:tls'

export interface SecureListenOptions {
  host: string
  /** 0 lets the system choose; `port()` tells which. */
  port: number
  maxConnections: number
  /**
   * True: a client may show a certificate of the installation's own CA; one that shows another, or
   * one that has run out, is cut off.
   */
  asksForCertificate: boolean
  /** Called for each client that is cut off for its certificate. */
  refused?: (address: string, why: string) => void
}

export interface SecureListener {
  port(): number | undefined
  /** No new connections from here on; resolves when the last has ended. `cut` ends those there are. */
  stop(): Promise<void>
  cut(): void
}

/** The installation's certificate, as the servers need it. */
export interface Tls {
  /**
   * Hands each connection on once its handshake is done, with the common name of the client's
   * certificate. A renewed certificate is used for new connections without anybody asking.
   */
  listen(
    options: SecureListenOptions,
    welcome: (socket: TLSSocket, certifiedAs: string | undefined) => void,
  ): Promise<SecureListener>
}

/** For the health page and /metrics. */
export interface TlsState {
  /** Epoch ms. */
  notAfter: number
  /** Host names and addresses the certificate is for. */
  names: readonly string[]
  /** What is wrong and what to do; null: nothing. */
  problem: string | null
}
