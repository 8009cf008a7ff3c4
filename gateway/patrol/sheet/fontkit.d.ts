/** Of fontkit, which has no types of its own, what `glyph-outlines.ts` uses. */
declare module 'fontkit' {
  export interface OutlinePoint {
    x: number
    y: number
    onCurve: boolean
    endContour: boolean
    copy(): OutlinePoint
  }

  export interface RawGlyph {
    numberOfContours: number
    points?: OutlinePoint[]
    components?: { glyphID: number; dx: number; dy: number }[]
  }

  export interface FontGlyph {
    id: number
    advanceWidth: number
    _getContours(): OutlinePoint[][]
  }

  export interface VariedFont {
    glyphForCodePoint(codePoint: number): FontGlyph
    getGlyph(id: number): FontGlyph
    _transformedGlyphs: (RawGlyph | undefined)[]
    _variationProcessor: { transformPoints(id: number, points: OutlinePoint[]): void }
  }

  export interface PackedFont {
    constructor: new (stream: object, coordinates: readonly number[]) => VariedFont
    stream: { constructor: new (bytes: Uint8Array) => object }
  }

  export function create(bytes: Uint8Array): PackedFont
}
