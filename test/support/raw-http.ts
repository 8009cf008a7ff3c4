import { request } from 'node:http'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  // The tests look at many shapes; a wrong path simply fails the expectation.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface Question {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** Sends the path as it stands: `fetch` would tidy up `..` and more before the gateway sees it. */
export function ask(port: number, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = question
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const call = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { ...length, ...headers },
    })
    let answered = false
    call.on('response', (response) => {
      answered = true
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const isJson = response.headers['content-type']?.includes('json') ?? false
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: isJson && text !== '' ? JSON.parse(text) : undefined,
        })
      })
    })
    // A gateway that refuses a body before it has all of it may close while we still write.
    call.on('error', (error) => {
      if (!answered) reject(error)
    })
    call.end(body)
  })
}
