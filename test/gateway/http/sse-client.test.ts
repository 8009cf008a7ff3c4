import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { createSseClient, sseEvent } from '../../../gateway/http/sse-client.ts'

it('writes an event in the form of the HTML standard', () => {
  expect(sseEvent('case', '{"a":1}', '7.ab')).toBe('event: case\nid: 7.ab\ndata: {"a":1}\n\n')
  expect(sseEvent('readings', '[]')).toBe('event: readings\ndata: []\n\n')
})

it('drops a screen that does not read, once a megabyte waits, and keeps the others', async () => {
  const responses: ServerResponse[] = []
  const server = createServer((_request, response) => {
    response.writeHead(200)
    responses.push(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const frozen = connect(port, '127.0.0.1').pause()
  frozen.on('error', () => {})
  frozen.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(server, 'request')
  const quick = request({ port, host: '127.0.0.1' })
  quick.end()
  await once(server, 'request')
  const [frozenResponse, quickResponse] = responses as [ServerResponse, ServerResponse]
  quickResponse.flushHeaders()
  const [answer] = await once(quick, 'response')
  let received = 0
  answer.on('data', (chunk: Buffer) => {
    received += chunk.length
  })

  const about = { sessionId: 's', scope: '990101101', readsHealth: false, devices: null, cursor: 0 }
  const clients = responses.map((response) => createSseClient(response, about))
  const text = sseEvent('readings', JSON.stringify('x'.repeat(64_000)))
  let sent = 0
  while (!frozenResponse.destroyed) {
    for (const client of clients) client.write(text)
    sent += text.length
    // The quick reader needs its turn; the frozen one never takes what is written.
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toBeLessThan(64_000_000)
  }
  expect(quickResponse.destroyed).toBe(false)
  clients[1]?.close()
  await once(answer, 'end')
  expect(received).toBe(sent)
  frozen.destroy()
  server.close()
})
