import { create } from 'fontkit'
import { describe, expect, it } from 'vitest'
import { createLetters, type Outline } from '../../../../gateway/patrol/sheet/glyph-outlines.ts'
import { writeTrueType } from '../../../../gateway/patrol/sheet/true-type.ts'

/** Twice the area of all contours; what is cut out counts against it. */
function area({ contours }: Outline): number {
  let sum = 0
  for (const contour of contours) {
    for (const [index, { x, y }] of contour.entries()) {
      const next = contour[(index + 1) % contour.length]
      if (next) sum += x * next.y - next.x * y
    }
  }
  return Math.abs(sum)
}

const text = '青石村村口 Gate 7é，'
const characters = new Set(text)

describe('letters of a sheet', () => {
  it('have the weight that was asked for, and not that of the file', async () => {
    const [thin, regular, bold] = await Promise.all(
      [100, 400, 700].map((weight) => createLetters(weight).outlines(characters)),
    )
    for (const character of ['青', '村', 'G', 'é']) {
      const areas = [thin, regular, bold].map((one) => area(one?.get(character) as Outline))
      expect(areas[1], character).toBeGreaterThan((areas[0] ?? 0) * 1.5)
      expect(areas[2], character).toBeGreaterThan((areas[1] ?? 0) * 1.2)
    }
    // Ideographs are all as wide; Latin letters are not.
    expect(regular?.get('青')?.advance).toBe(1000)
    expect(regular?.get('G')?.advance).toBeLessThan(800)
    expect(bold?.get('G')?.advance).not.toBe(regular?.get('G')?.advance)
    expect(regular?.get(' ')?.contours).toEqual([])
  })

  it('are left out where no font has them', async () => {
    const outlines = await createLetters(400).outlines(new Set(['青', '\u{20bb7}', '\u{e000}']))
    expect([...outlines.keys()]).toEqual(['青'])
  })
})

describe('a written TrueType font', () => {
  it('is read back with the same characters, widths and shapes', async () => {
    const outlines = await createLetters(400).outlines(characters)
    // fontkit reads plain TrueType as well as packed fonts.
    const font = create(writeTrueType({ name: 'Sheet-400', outlines })) as unknown as {
      postscriptName: string
      unitsPerEm: number
      ascent: number
      characterSet: number[]
      glyphForCodePoint(code: number): {
        id: number
        advanceWidth: number
        _getContours(): Outline['contours']
      }
    }
    expect(font).toMatchObject({ postscriptName: 'Sheet-400', unitsPerEm: 1000, ascent: 1160 })
    expect(font.characterSet.toSorted((a, b) => a - b)).toEqual(
      [...characters].map((one) => one.codePointAt(0) as number).toSorted((a, b) => a - b),
    )
    for (const [character, outline] of outlines) {
      const glyph = font.glyphForCodePoint(character.codePointAt(0) as number)
      expect(glyph.advanceWidth, character).toBe(Math.round(outline.advance))
      // oxlint-disable-next-line no-underscore-dangle -- as in glyph-outlines.ts
      const contours = glyph._getContours()
      const plain = (all: Outline['contours']) =>
        all.map((contour) =>
          contour.map(({ x, y, onCurve }) => [Math.round(x), Math.round(y), onCurve]),
        )
      expect(plain(contours), character).toEqual(plain(outline.contours))
    }
    expect(font.glyphForCodePoint(0x20bb7).id).toBe(0)
  })
})
