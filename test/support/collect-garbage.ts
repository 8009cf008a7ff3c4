import { once } from 'node:events'

/** For a gateway started with `inspect` as its NODE_OPTIONS. */
export const inspect = '--inspect=127.0.0.1:0'

/**
 * V8 gives memory back when it needs it, not when it could. To tell a leak from that, the process
 * is asked over its inspector to collect what nobody holds any more.
 */
export async function collectGarbage(output: string): Promise<void> {
  const url = /Debugger listening on (ws:\S+)/.exec(output)?.[1]
  if (url === undefined) throw new Error('the process was not started with its inspector')
  const socket = new WebSocket(url)
  await once(socket, 'open')
  // Twice: what the first finalises, the second frees.
  for (const id of [1, 2]) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    await once(socket, 'message')
  }
  const closed = once(socket, 'close')
  socket.close()
  await closed
}
