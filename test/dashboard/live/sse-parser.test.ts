import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSseParser } from '../../../dashboard/src/live/sse-parser.ts'

function parse(...chunks: string[]) {
  const parser = createSseParser()
  return chunks.flatMap((chunk) => parser.push(chunk))
}

describe('server-sent events', () => {
  test('event with id', () => {
    expect(parse('event: case\nid: 7.x\ndata: {"a":1}\n\n')).toEqual([
      { type: 'case', text: '{"a":1}', lastId: '7.x' },
    ])
  })
  test('the last id stays for events without one', () => {
    const events = parse('id: 7\nevent: case\ndata: 1\n\n', 'event: readings\ndata: []\n\n')
    expect(events.map((event) => event.lastId)).toEqual(['7', '7'])
  })
  test('comments and retry are no events', () =>
    expect(parse(': alive\n\nretry: 1000\n\n')).toEqual([]))
  test('several data lines are one text', () =>
    expect(parse('data: a\ndata: b\n\n')[0]?.text).toBe('a\nb'))
  test('no data, no event', () => expect(parse('event: case\nid: 3\n\n')).toEqual([]))
  test('an id with NUL is ignored', () =>
    expect(parse('id: a\0b\ndata: 1\n\n')[0]?.lastId).toBe(''))
  test('one leading space goes, the others stay', () =>
    expect(parse('data:  x\n\n')[0]?.text).toBe(' x'))

  test('any cut and any line end give the same events', () => {
    const stream =
      ': alive\n\nevent: hello\nid: 1.a\ndata: {"now":1}\n\nevent: case\nid: 2.a\ndata: {"t":"双桥"}\ndata: x\n\n\n\ndata: last\n\n'
    const whole = parse(stream)
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 0, max: 160 }), { maxLength: 20 }),
        (lineEnd, cuts) => {
          const text = stream.replaceAll('\n', lineEnd)
          const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length]
          const chunks = edges.slice(1).map((end, index) => text.slice(edges[index], end))
          // A lone CR at the very end may still become CRLF, so the last event waits for more.
          expect(parse(...chunks, lineEnd)).toEqual(whole)
        },
      ),
    )
  })
})
