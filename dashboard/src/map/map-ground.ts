import Feature from 'ol/Feature.js'
import { circular } from 'ol/geom/Polygon.js'
import { Fill, Stroke, Style } from 'ol/style.js'
import { palette, type ThemeName } from '../theme/tokens.ts'
import type { LonLat } from './map-geometry.ts'

/** What lies on the ground: how far around a point counts, how sure a fix is, where nobody was. */

export interface MapRing {
  point: LonLat
  radiusM: number
  /** `radius`: of a point. `fix`: where a phone may have been. */
  look: 'radius' | 'fix'
}

const corners = 64

export function ringFeatures(rings: readonly MapRing[]): Feature[] {
  return rings
    .filter(({ radiusM }) => radiusM > 0)
    .map(({ point, radiusM, look }) => {
      const geometry = circular(point, radiusM, corners).transform('EPSG:4326', 'EPSG:3857')
      return new Feature({ geometry, look })
    })
}

export function hatchedFeatures(
  places: readonly Feature[],
  hatched: ReadonlySet<string>,
): Feature[] {
  return places
    .filter((place) => hatched.has(String(place.getId())))
    .map((place) => new Feature({ geometry: place.getGeometry(), look: 'hatched' }))
}

export function groundStyle(theme: ThemeName): (feature: { get(name: string): unknown }) => Style {
  const ink = palette(theme)
  const hatch = hatchPattern(ink.ink3)
  const styles = {
    radius: new Style({
      stroke: new Stroke({ color: ink.accent, width: 1.5 }),
      fill: new Fill({ color: `${ink.accent}1F` }),
    }),
    fix: new Style({
      stroke: new Stroke({ color: ink.ink, width: 1.5, lineDash: [4, 4] }),
      fill: new Fill({ color: `${ink.ink}14` }),
    }),
    hatched: new Style({
      stroke: new Stroke({ color: ink.ink3, width: 1.5 }),
      ...(hatch && { fill: new Fill({ color: hatch }) }),
    }),
  }
  return (feature) => styles[feature.get('look') as keyof typeof styles]
}

/** Ink lines at 45°: it is ground that nobody saw, not an alarm. */
function hatchPattern(color: string): CanvasPattern | null {
  const side = 9 * Math.max(1, Math.round(window.devicePixelRatio))
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.strokeStyle = color
  pen.lineWidth = side / 7
  pen.beginPath()
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift - 1, side + 1)
    pen.lineTo(shift + side + 1, -1)
  }
  pen.stroke()
  return pen.createPattern(canvas, 'repeat')
}
