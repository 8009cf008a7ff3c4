import { once } from 'node:events'
import { request } from 'node:http'
import { until } from '../adapters/mqtt/kit.ts'

/** What costs a look at tables is asked every ten seconds only. */
const patienceMs = 25_000

/** All that the live stream said, as text. */
export interface CollectedStream {
  text(): string
  until(holds: (text: string) => boolean): Promise<void>
  stop(): void
}

export async function collectStream(
  port: number,
  cookie: string,
  query = '',
): Promise<CollectedStream> {
  const call = request({
    host: '127.0.0.1',
    port,
    path: `/api/v1/stream${query}`,
    headers: { cookie },
  })
  call.on('error', () => {})
  call.end()
  const [response] = await once(call, 'response')
  let said = ''
  response.on('error', () => {})
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    said += chunk
  })
  return {
    text: () => said,
    until: (holds) => until('the live stream to say it', () => holds(said), patienceMs),
    stop: () => call.destroy(),
  }
}
