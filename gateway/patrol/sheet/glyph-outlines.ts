import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { create, type VariedFont } from 'fontkit'

/**
 * Outlines of characters from Noto Sans SC, which comes as a hundred small variable fonts, each for
 * some ranges of characters. PDF has no variable fonts, so the weight is applied here. fontkit does
 * that for unpacked fonts only; for these its parts are put together by hand, among them some that
 * it does not mean for others.
 */
/* oxlint-disable no-underscore-dangle */

export interface OutlinePoint {
  x: number
  y: number
  onCurve: boolean
}

export interface Outline {
  advance: number
  contours: OutlinePoint[][]
}

export interface Letters {
  /** Without those that no font has. */
  outlines(characters: ReadonlySet<string>): Promise<Map<string, Outline>>
}

type Range = readonly [first: number, last: number]

const folder = dirname(
  createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-sc/package.json'),
)

function parseRange(text: string): Range {
  const [first = 0, last = first] = text
    .slice('U+'.length)
    .split('-')
    .map((digits) => Number.parseInt(digits, 16))
  return [first, last]
}

async function readSlices(): Promise<{ file: string; ranges: Range[] }[]> {
  const text = await readFile(join(folder, 'unicode.json'), 'utf8')
  return Object.entries(JSON.parse(text) as Record<string, string>).map(([name, ranges]) => ({
    file: `noto-sans-sc-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`,
    ranges: ranges.split(',').map(parseRange),
  }))
}

async function openSlice(file: string, weight: number): Promise<VariedFont> {
  const bytes = await readFile(join(folder, 'files', file))
  const font = create(bytes)
  return new font.constructor(new font.stream.constructor(bytes), [weight])
}

/** Moves the points of a glyph, and of those it consists of, to the weight of the font. */
function vary(font: VariedFont, id: number, varied: Set<number>): void {
  if (varied.has(id)) return
  varied.add(id)
  font.getGlyph(id)
  const glyph = font._transformedGlyphs[id]
  const [sample] = glyph?.points ?? []
  if (glyph?.points && sample) {
    // Four more than there are: those of its advance, which is known from elsewhere.
    const phantoms = [0, 1, 2, 3].map(() => Object.assign(sample.copy(), { endContour: true }))
    font._variationProcessor.transformPoints(id, [...glyph.points, ...phantoms])
  }
  for (const { glyphID } of glyph?.components ?? []) vary(font, glyphID, varied)
}

export function createLetters(weight: number): Letters {
  return {
    async outlines(characters) {
      const slices = await readSlices()
      const found = new Map<string, Outline>()
      const wanted = new Map<string, string[]>()
      for (const character of characters) {
        const code = character.codePointAt(0) as number
        // Where two have it, the later one is meant for it.
        const slice = slices.findLast(({ ranges }) =>
          ranges.some(([first, last]) => code >= first && code <= last),
        )
        if (slice) wanted.set(slice.file, [...(wanted.get(slice.file) ?? []), character])
      }
      for (const [file, some] of wanted) {
        // One after the other: unpacking one takes some 30 ms, in which nothing else is done.
        const font = await openSlice(file, weight)
        const varied = new Set<number>()
        for (const character of some) {
          const { id } = font.glyphForCodePoint(character.codePointAt(0) as number)
          if (id === 0) continue
          vary(font, id, varied)
          const glyph = font.getGlyph(id)
          found.set(character, { advance: glyph.advanceWidth, contours: glyph._getContours() })
        }
      }
      return found
    },
  }
}
