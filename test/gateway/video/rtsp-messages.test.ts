import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createRtspReader,
  headerOf,
  headersOf,
  RtspError,
  type RtspMessage,
  statusOf,
  writeMessage,
} from '../../../gateway/video/rtsp-messages.ts'

function readAll(chunks: readonly Buffer[]): { messages: RtspMessage[]; rest: Buffer } {
  const reader = createRtspReader()
  const messages: RtspMessage[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let one = reader.next(); one; one = reader.next()) messages.push(one)
  }
  return { messages, rest: reader.rest() }
}

const word = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,12}$/)
const message = fc
  .record({
    first: fc
      .stringMatching(/^RTSP\/1\.0 [1-5]\d\d [A-Za-z ]{1,12}$/)
      .map((text) => text.trimEnd()),
    headers: fc.array(fc.tuple(word, word), { maxLength: 4 }),
    body: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  })
  .map(({ first, headers, body }): RtspMessage => {
    const own = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
    return { first, headers: [...own, ['Content-Length', String(body.length)]], body }
  })
const rtp = fc.uint8Array({ maxLength: 80 }).map((bytes) => {
  const head = Buffer.from([0x24, 0, bytes.length >> 8, bytes.length & 255])
  return Buffer.concat([head, bytes])
})

describe('messages of RTSP', () => {
  it('are read as they were written, between packets, however they are cut', () => {
    const one = fc.oneof(message, rtp)
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (all, size) => {
        const bytes = Buffer.concat(
          all.map((item) => (Buffer.isBuffer(item) ? item : writeMessage(item))),
        )
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        const { messages, rest } = readAll(chunks)
        expect(messages).toEqual(all.filter((item) => !Buffer.isBuffer(item)))
        expect(rest.length).toBe(0)
      }),
    )
  })

  it('leave what follows to whoever asks for the rest', () => {
    const reader = createRtspReader()
    const packet = Buffer.from([0x24, 0, 0, 2, 7, 7])
    reader.push(Buffer.concat([Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n'), packet]))
    const answer = reader.next()
    expect(answer && [statusOf(answer), headerOf(answer, 'cseq')]).toEqual([200, '4'])
    expect(reader.rest()).toEqual(packet)
    expect(reader.rest().length).toBe(0)
  })

  it('tell every header of a name', () => {
    const text = 'RTSP/1.0 401 No\r\nWWW-Authenticate: Basic\r\nwww-authenticate : Digest\r\n\r\n'
    const [answer] = readAll([Buffer.from(text)]).messages
    expect(answer && headersOf(answer, 'www-authenticate')).toEqual(['Basic', 'Digest'])
  })

  it.each([
    ['a head that does not end', 'x'.repeat(20_000)],
    ['a body that is too long', 'RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n'],
    ['a body of no length', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ])('are refused with %s', (_what, text) => {
    expect(() => readAll([Buffer.from(text)])).toThrow(RtspError)
  })

  it('of noise are none, or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        try {
          readAll(chunks.map((chunk) => Buffer.from(chunk)))
        } catch (error) {
          expect(error).toBeInstanceOf(RtspError)
        }
      }),
    )
  })
})
