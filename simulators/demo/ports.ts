import { createServer } from 'node:net'

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}

const tries = 50

/** The wanted port, or the next free one above it. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < Math.min(65_536, wanted + tries); port++) {
    if (await isFree(port)) return port
  }
  throw new Error(`no free port from ${wanted} to ${wanted + tries - 1}: give another --port`)
}
