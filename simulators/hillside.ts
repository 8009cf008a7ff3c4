import { uniform } from './random.ts'

/**
 * Draws what a look-out camera would see: hills, haze and, if there is a fire, its smoke. The
 * picture is a drawing and looks like one. `sharp` turns it into a JPEG; where sharp is not
 * installed (it is a development dependency) events go out without a picture.
 */

export interface View {
  seed: number
  /** Names the hills: one camera always sees the same ones. */
  camera: string
  /** 0–1, how much smoke stands over the hills. */
  smoke: number
  flames: boolean
  /** Where in the picture, 0–1 from the left. */
  across: number
}

const width = 1280
const height = 720
const jpegQuality = 72

function ridge(view: View, options: { layer: number; baseY: number; heightY: number }): string {
  const { layer, baseY, heightY } = options
  const points: string[] = []
  const wave = (key: string) => uniform(view.seed, `${view.camera}:${layer}:${key}`)
  for (let x = 0; x <= width; x += 16) {
    const a = Math.sin((x / width) * (3 + 3 * wave('f1')) + 6.3 * wave('p1'))
    const b = 0.45 * Math.sin((x / width) * (9 + 6 * wave('f2')) + 6.3 * wave('p2'))
    const trees = layer === 2 ? 0.05 * uniform(view.seed, `${view.camera}:tree:${x}`) : 0
    points.push(`${x},${Math.round(baseY - heightY * (0.5 + 0.35 * (a + b) + trees))}`)
  }
  return `M0,${height} L${points.join(' L')} L${width},${height} Z`
}

function puffs(view: View, foot: { x: number; y: number }): string {
  if (view.smoke <= 0) return ''
  const count = Math.round(10 + 26 * view.smoke)
  return Array.from({ length: count }, (_, i) => {
    const up = i / count
    const sway = uniform(view.seed, `${view.camera}:puff:${i}`) - 0.5
    const cx = foot.x + (60 * sway + 170 * up * up) * (0.6 + view.smoke)
    const cy = foot.y - 330 * up * (0.45 + 0.55 * view.smoke)
    const r = (12 + 58 * up) * (0.5 + 0.6 * view.smoke)
    const shade = Math.round(196 + 40 * up)
    return `<circle cx="${cx.toFixed(0)}" cy="${cy.toFixed(0)}" r="${r.toFixed(0)}" fill="rgb(${shade},${shade},${shade - 4})" opacity="${(0.5 * (1 - 0.6 * up)).toFixed(2)}"/>`
  }).join('')
}

export function hillsideSvg(view: View): string {
  const foot = { x: view.across * width, y: 430 }
  const flames = view.flames
    ? `<g filter="url(#glow)"><ellipse cx="${foot.x}" cy="${foot.y - 6}" rx="26" ry="17" fill="#ff9a3d"/><ellipse cx="${foot.x}" cy="${foot.y - 3}" rx="13" ry="10" fill="#ffe08a"/></g>`
    : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8fa9bd"/><stop offset="1" stop-color="#d9dfdc"/></linearGradient>
<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="9"/></filter>
<filter id="glow" x="-100%" y="-100%" width="300%" height="300%"><feGaussianBlur stdDeviation="4"/></filter>
</defs>
<rect width="${width}" height="${height}" fill="url(#sky)"/>
<path d="${ridge(view, { layer: 0, baseY: 380, heightY: 190 })}" fill="#93a6ac"/>
<path d="${ridge(view, { layer: 1, baseY: 470, heightY: 170 })}" fill="#6a8478"/>
<g filter="url(#soft)">${puffs(view, foot)}</g>
${flames}
<path d="${ridge(view, { layer: 2, baseY: 640, heightY: 210 })}" fill="#3f5a47"/>
</svg>`
}

/** A JPEG of the view, or undefined where nothing can rasterise it. */
export async function hillsideJpeg(view: View): Promise<Buffer | undefined> {
  try {
    const { default: sharp } = await import('sharp')
    return await sharp(Buffer.from(hillsideSvg(view)))
      .jpeg({ quality: jpegQuality })
      .toBuffer()
  } catch {
    return undefined
  }
}
