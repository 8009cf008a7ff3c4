import sharp from 'sharp'
import { uniform } from '../random.ts'

/** What a patroller photographs: the sky, a hillside and a road, another each time. */

const width = 960
const height = 720

function landscape(seed: number, key: string): string {
  const at = (name: string, least: number, most: number) =>
    Math.round(least + (most - least) * uniform(seed, `${key} ${name}`))
  const ridge = [0, 0.25, 0.5, 0.75, 1]
    .map((share, i) => `${Math.round(share * width)},${at(`ridge ${i}`, 200, 330)}`)
    .join(' ')
  const road = at('road', 300, 660)
  const trees = Array.from({ length: 24 }, (_, i) => {
    const [x, y, r] = [at(`x ${i}`, 0, width), at(`y ${i}`, 360, 560), at(`r ${i}`, 14, 44)]
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${at(`hue ${i}`, 90, 130)} 40% ${at(`light ${i}`, 22, 38)}%)"/>`
  }).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${at('sky', 195, 220)} 45% ${at('bright', 70, 86)}%)"/>
    <polygon points="0,${height} 0,300 ${ridge} ${width},${height}" fill="hsl(110 25% 34%)"/>
    ${trees}
    <polygon points="${road - 120},${height} ${road - 16},400 ${road + 16},400 ${road + 160},${height}" fill="#9a948a"/>
  </svg>`
}

/** The same key gives the same picture. */
export function aPhoto(key: string): Promise<Uint8Array> {
  return sharp(Buffer.from(landscape(1, key)))
    .jpeg({ quality: 70 })
    .toBuffer()
}
