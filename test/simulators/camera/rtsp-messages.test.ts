import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createRtspParser,
  formatResponse,
  limits,
  type RtspItem,
} from '../../../simulators/camera/rtsp-messages.ts'

function parse(...chunks: readonly (string | Buffer)[]): RtspItem[] {
  const parser = createRtspParser()
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)))
}

function request(lines: readonly string[], body = ''): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

const options = request(['OPTIONS rtsp://a/b RTSP/1.0', 'CSeq: 1'])
const keepAlive = request(
  ['GET_PARAMETER rtsp://a/b RTSP/1.0', 'CSeq: 2', 'Session: 99', 'Content-Length: 5'],
  'alive',
)

function refusals(items: readonly RtspItem[]): number[] {
  return items.flatMap((item) => (item.kind === 'refusal' ? [item.status] : []))
}

describe('requests', () => {
  it('are read with their headers in lower case and their body', () => {
    const [item] = parse(keepAlive)
    expect(item).toMatchObject({ method: 'GET_PARAMETER', uri: 'rtsp://a/b', cseq: 2 })
    if (item?.kind !== 'request') throw new Error('no request')
    expect(item.headers.get('session')).toBe('99')
    expect(item.body.toString()).toBe('alive')
  })

  it('may follow empty lines and one another', () => {
    const items = parse(`\r\n\r\n${options}${keepAlive}\r\n${options}`)
    expect(items.map((item) => item.kind === 'request' && item.cseq)).toEqual([1, 2, 1])
  })

  it('count the first header of a name', () => {
    const twice = request(['OPTIONS * RTSP/1.0', 'CSeq: 1', 'A: one', 'a: two'])
    const [item] = parse(twice)
    expect(item?.kind === 'request' && item.headers.get('a')).toBe('one')
  })

  it('are the same wherever the stream is cut', () => {
    const packet = Buffer.from([0x24, 1, 0, 4, 0x0d, 0x0a, 0x24, 0xff])
    const whole = Buffer.concat(
      [options, packet, keepAlive, packet, options].map((x) => Buffer.from(x)),
    )
    const expected = parse(whole)
    expect(expected.map(({ kind }) => kind)).toEqual([
      'request',
      'interleaved',
      'request',
      'interleaved',
      'request',
    ])
    const cuts = fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 30 })
    fc.assert(
      fc.property(cuts, (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), whole.length]
        const chunks = edges.slice(1).map((end, i) => whole.subarray(edges[i], end))
        expect(parse(...chunks)).toEqual(expected)
      }),
    )
    expect(parse(...Array.from(whole, (byte) => Buffer.from([byte])))).toEqual(expected)
  })

  it('never make the parser fail or go on after a refusal', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
        const items = parse(...chunks.map((chunk) => Buffer.from(chunk)))
        const end = items.findIndex(({ kind }) => kind === 'refusal')
        expect(end === -1 || end === items.length - 1).toBe(true)
      }),
    )
  })
})

describe('what is refused', () => {
  const head = 'OPTIONS rtsp://a/b RTSP/1.0'
  it.each([
    ['no request line', 'hello\r\n\r\n', 400],
    ['another protocol', request(['GET / HTTP/1.1', 'Host: a']), 400],
    ['another version', request(['OPTIONS * RTSP/2.0', 'CSeq: 1']), 505],
    ['no CSeq', request([head]), 400],
    ['a CSeq that is no number', request([head, 'CSeq: 1 \u0007']), 400],
    ['a header without a colon', request([head, 'CSeq: 1', 'nonsense']), 400],
    ['a length below zero', request([head, 'CSeq: 1', 'Content-Length: -1']), 400],
    ['a body over the limit', request([head, 'CSeq: 1', 'Content-Length: 999999']), 413],
    [
      'an address over the limit',
      request([`OPTIONS rtsp://${'a'.repeat(limits.uriBytes)} RTSP/1.0`, 'CSeq: 1']),
      414,
    ],
    [
      'a head over the limit',
      request([head, 'CSeq: 1', `X: ${'a'.repeat(limits.headBytes)}`]),
      413,
    ],
    ['a head without an end', 'A'.repeat(limits.headBytes + 5), 413],
    [
      'too many headers',
      request([head, 'CSeq: 1', ...Array.from({ length: limits.headers }, () => 'X: 1')]),
      400,
    ],
  ])('%s', (_what, text, status) => {
    expect(refusals(parse(text))).toEqual([status])
    expect(refusals(parse(...text.match(/[^]{1,97}/g)!))).toEqual([status])
    expect(parse(text, options).filter(({ kind }) => kind === 'request')).toEqual([])
  })

  it('keeps the number of the request where it was read', () => {
    const [item] = parse(request([head, 'CSeq: 41', 'Content-Length: 999999']))
    expect(item).toEqual({ kind: 'refusal', status: 413, cseq: 41 })
  })
})

describe('answers', () => {
  it('repeat the number, and headers that come more than once', () => {
    const headers = { 'WWW-Authenticate': ['Digest x', 'Basic y'] }
    expect(formatResponse(7, { status: 401, headers }).toString()).toBe(
      'RTSP/1.0 401 Unauthorized\r\nCSeq: 7\r\nWWW-Authenticate: Digest x\r\nWWW-Authenticate: Basic y\r\n\r\n',
    )
  })

  it('give the length of the body in bytes', () => {
    expect(formatResponse(1, { status: 200, body: '水' }).toString()).toContain(
      'Content-Length: 3\r\n\r\n水',
    )
  })
})
