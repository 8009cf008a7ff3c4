import { crc32, deflateSync } from 'node:zlib'

/** Files that are a picture and more, or say that they are larger than anybody can hold. */

const zipEnd = (comment: number) => {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(comment, 20)
  return end
}

/** An empty archive with a comment; what stands before it does not matter to who opens it. */
export const asZip = (picture: Buffer): Buffer =>
  Buffer.concat([picture, Buffer.from('PK\x03\x04', 'latin1'), zipEnd(5), Buffer.from('hello')])

export const asPage = (picture: Buffer): Buffer =>
  Buffer.concat([picture, Buffer.from('\n<!DOCTYPE html><script>alert(1)</script>')])

/** JPEG: a comment right behind the first marker, where a page may begin as well. */
export function withComment(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment)
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 0])
  head.writeUInt16BE(text.length + 2, 4)
  return Buffer.concat([head, text, jpeg.subarray(2)])
}

function pngChunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A PNG of a few bytes that says how large it is. */
export function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}
