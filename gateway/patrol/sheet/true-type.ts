import type { Outline, OutlinePoint } from './glyph-outlines.ts'

/**
 * Writes a TrueType font of a few characters (OpenType 1.9, https://learn.microsoft.com/typography/
 * opentype/spec/otff). Only what a PDF needs: simple outlines, no instructions, no names but one.
 */

export interface FontDesign {
  name: string
  /** By character. */
  outlines: ReadonlyMap<string, Outline>
}

/** Noto Sans SC's own. */
const unitsPerEm = 1000
const ascent = 1160
const descent = -288

function square(left: number, right: number, isOuter: boolean): OutlinePoint[] {
  const corners = [
    [left, left],
    [left, right],
    [right, right],
    [right, left],
  ] as [number, number][]
  return (isOuter ? corners : corners.toReversed()).map(([x, y]) => ({ x, y, onCurve: true }))
}

/** A box, for characters that are not there. */
const missing: Outline = {
  advance: unitsPerEm,
  contours: [square(80, 860, true), square(130, 810, false)],
}

interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

const u16 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, index * 2))
  return bytes
}
const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4))
  return bytes
}
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])

function boundsOf(outlines: readonly Outline[]): Bounds {
  const bounds = { minX: 0, minY: 0, maxX: 0, maxY: 0 }
  for (const { x, y } of outlines.flatMap(({ contours }) => contours.flat())) {
    bounds.minX = Math.min(bounds.minX, Math.floor(x))
    bounds.minY = Math.min(bounds.minY, Math.floor(y))
    bounds.maxX = Math.max(bounds.maxX, Math.ceil(x))
    bounds.maxY = Math.max(bounds.maxY, Math.ceil(y))
  }
  return bounds
}

/** Deltas of two bytes each and a flag for every point: larger than need be, and never wrong. */
function glyf({ contours }: Outline): Buffer {
  const points = contours.flat()
  if (points.length === 0) return Buffer.alloc(0)
  const { minX, minY, maxX, maxY } = boundsOf([{ advance: 0, contours }])
  let end = -1
  const ends = contours.map((contour) => {
    end += contour.length
    return end
  })
  const round = points.map(({ x, y }) => [Math.round(x), Math.round(y)] as const)
  const delta = (axis: 0 | 1) =>
    round.map((point, index) => point[axis] - (round[index - 1]?.[axis] ?? 0))
  const instructions = 0
  return padded(
    Buffer.concat([
      u16(contours.length, minX, minY, maxX, maxY, ...ends, instructions),
      Buffer.from(points.map(({ onCurve }) => (onCurve ? 1 : 0))),
      u16(...delta(0)),
      u16(...delta(1)),
    ]),
  )
}

/** Format 12: one group a character. */
function cmap(characters: readonly string[]): Buffer {
  const groups = characters
    .map((character, index) => [character.codePointAt(0) as number, index + 1] as const)
    .sort(([a], [b]) => a - b)
    .map(([code, glyph]) => u32(code, code, glyph))
  const length = 16 + groups.length * 12
  const header = Buffer.concat([u16(0, 1, 3, 10), u32(12)])
  return Buffer.concat([header, u16(12, 0), u32(length, 0, groups.length), ...groups])
}

/** The PostScript name, for Windows and in English. */
function nameTable(name: string): Buffer {
  const text = Buffer.from(name, 'utf16le').swap16()
  return Buffer.concat([u16(0, 1, 18, 3, 1, 0x409, 6, text.length, 0), text])
}

function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0
  return sum
}

function tablesOf({ name, outlines }: FontDesign) {
  const all = [missing, ...outlines.values()]
  const shapes = all.map(glyf)
  let offset = 0
  const offsets = [0, ...shapes.map((shape) => (offset += shape.length))]
  const { minX, minY, maxX, maxY } = boundsOf(all)
  const widest = Math.max(...all.map(({ advance }) => Math.round(advance)))
  const mostPoints = Math.max(...all.map(({ contours }) => contours.flat().length))
  const mostContours = Math.max(...all.map(({ contours }) => contours.length))
  const bearings = all.map((outline) => boundsOf([outline]).minX)
  const metrics = all.map(({ advance }, index) => u16(Math.round(advance), bearings[index] ?? 0))
  return {
    cmap: cmap([...outlines.keys()]),
    glyf: Buffer.concat(shapes),
    head: Buffer.concat([
      u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      u16(0, unitsPerEm),
      Buffer.alloc(16),
      u16(minX, minY, maxX, maxY, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      u32(0x10000),
      u16(ascent, descent, 0, widest, minX, minX, maxX, 1, 0, 0, 0, 0, 0, 0, 0, all.length),
    ]),
    hmtx: Buffer.concat(metrics),
    loca: u32(...offsets),
    maxp: Buffer.concat([
      u32(0x10000),
      u16(all.length, mostPoints, mostContours, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
    ]),
    name: nameTable(name),
    post: Buffer.concat([u32(0x30000), Buffer.alloc(28)]),
  }
}

export function writeTrueType(design: FontDesign): Buffer {
  const tables = Object.entries(tablesOf(design))
  const power = Math.floor(Math.log2(tables.length))
  const range = 16 * 2 ** power
  const header = Buffer.concat([
    u32(0x10000),
    u16(tables.length, range, power, tables.length * 16 - range),
  ])
  let offset = header.length + tables.length * 16
  const entries: Buffer[] = []
  for (const [tag, table] of tables) {
    const sum = checksum(padded(table))
    entries.push(Buffer.concat([Buffer.from(tag), u32(sum, offset, table.length)]))
    offset += padded(table).length
  }
  return Buffer.concat([header, ...entries, ...tables.map(([, table]) => padded(table))])
}
