import sharp from 'sharp'

/** The lettering a camera burns into its picture. */

export interface Strip {
  width: number
  height: number
  /** 4 bytes a pixel, alpha last. */
  rgba: Uint8Array
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escapeText(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => escapes[character]!)
}

/** White letters with a dark rim: to be read on sky and on forest. */
export async function letterStrip(text: string, heightPx: number): Promise<Strip> {
  const letterPx = Math.round(heightPx * 0.74)
  // Chinese characters are as wide as they are high; the strip is cut to what was drawn.
  const width = Math.ceil((text.length + 1) * letterPx)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${heightPx}"><text x="2" y="${Math.round(heightPx * 0.78)}" font-family="Noto Sans CJK SC, Noto Sans SC, DejaVu Sans, sans-serif" font-size="${letterPx}" fill="#fff" stroke="#101418" stroke-width="${(letterPx / 7).toFixed(1)}" paint-order="stroke" stroke-linejoin="round">${escapeText(text)}</text></svg>`
  const { data: rgba, info: size } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: size.width, height: size.height, rgba }
}

export function stamp(
  canvas: { width: number; height: number; rgb: Uint8ClampedArray },
  strip: Strip,
  corner: { x: number; y: number },
): void {
  const right = Math.min(strip.width, canvas.width - corner.x)
  const bottom = Math.min(strip.height, canvas.height - corner.y)
  for (let y = 0; y < bottom; y++)
    for (let x = 0; x < right; x++) {
      const from = (y * strip.width + x) * 4
      const alpha = strip.rgba[from + 3]! / 255
      if (alpha === 0) continue
      const to = ((y + corner.y) * canvas.width + x + corner.x) * 3
      for (let c = 0; c < 3; c++)
        canvas.rgb[to + c] = canvas.rgb[to + c]! * (1 - alpha) + strip.rgba[from + c]! * alpha
    }
}

/** `2026-11-22 14:05:09`, in the town's zone: China has one. */
export function clockText(ms: number): string {
  const zoneOffsetMs = 8 * 3_600_000
  return new Date(ms + zoneOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}
