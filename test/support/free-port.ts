import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'

/**
 * A port that stays this process's while nothing listens on it: a gateway that is killed must find
 * it again. The system hands out its ephemeral ports to every client and to whoever listens on port
 * 0, so those are left alone; and each port is held on 127.0.0.2 against the other test files, for
 * as long as this one runs.
 */

const lowest = 12_000

/** Where the system's own range begins; 32768 on Linux as it comes. */
function highest(): number {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    return Math.max(lowest + 1000, Number.parseInt(range, 10))
  } catch {
    return 32_768
  }
}

/** Undefined when somebody has it. */
async function hold(port: number, host: string): Promise<Server | undefined> {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}

export async function freePort(): Promise<number> {
  const span = highest() - lowest
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * span)
    const held = await hold(port, '127.0.0.2')
    if (!held) continue
    held.unref()
    const free = await hold(port, '127.0.0.1')
    if (!free) {
      held.close()
      continue
    }
    await new Promise((resolve) => free.close(resolve))
    return port
  }
  throw new Error('no free port')
}
