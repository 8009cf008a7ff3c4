import type { FeatureLike } from 'ol/Feature.js'
import Geometry from 'ol/geom/Geometry.js'
import Point from 'ol/geom/Point.js'
import { fromLonLat } from 'ol/proj.js'
import { Circle, Fill, RegularShape, Stroke, Style, Text } from 'ol/style.js'
import { fontFamily, mapPalette, palette, type ThemeName } from '../theme/tokens.ts'
import { type Box, nameBox, roomFor, spotBoxes } from './label-room.ts'
import type { MapSpot } from './map-spots.tsx'

/** Styles of the town's own polygons and devices; all colours from the tokens of the theme. */

export interface MapStyles {
  places: (feature: FeatureLike, resolution: number) => Style | Style[]
  labels: (feature: FeatureLike, resolution: number, spots: readonly MapSpot[]) => Style | undefined
  devices: (feature: FeatureLike) => Style
  sight: (feature: FeatureLike) => Style
}

export function mapStyles(theme: ThemeName): MapStyles {
  const land = mapPalette(theme)
  const ink = palette(theme)
  const village = [
    new Style({
      fill: new Fill({ color: land.land }),
      stroke: new Stroke({ color: land.villageLine, width: 1.5 }),
    }),
    new Style({
      fill: new Fill({ color: land.landAlternate }),
      stroke: new Stroke({ color: land.villageLine, width: 1.5 }),
    }),
  ] as const
  const focused = new Style({
    stroke: new Stroke({ color: ink.lineControl, width: 2 }),
    fill: new Fill({ color: land.landAlternate }),
    zIndex: 1,
  })
  const grid = new Style({
    stroke: new Stroke({ color: land.gridLine, width: 1, lineDash: [3, 3] }),
    zIndex: 2,
  })
  const focusedGrid = new Style({
    stroke: new Stroke({ color: ink.ink3, width: 1, lineDash: [3, 3] }),
    zIndex: 3,
  })
  const town = new Style({ stroke: new Stroke({ color: land.villageLine, width: 2.5 }), zIndex: 4 })

  return {
    places(feature) {
      const level: unknown = feature.get('level')
      if (level === 'town') return town
      if (level === 'grid') return feature.get('focused') === true ? focusedGrid : grid
      if (feature.get('focused') === true) return focused
      return village[Number(feature.get('order')) % 2 === 0 ? 0 : 1]
    },
    labels(feature, resolution, spots) {
      const room = roomOf(feature, resolution, spots)
      const color = feature.get('focused') === true ? ink.ink : ink.ink2
      // The name goes, not the mark.
      return room === null ? undefined : labelStyle(feature, { halo: land.halo, color, room })
    },
    devices: (feature) => deviceStyle(feature, theme),
    sight: (feature) =>
      feature.get('part') === 'wedge'
        ? new Style({ fill: new Fill({ color: `${ink.ink}21` }) })
        : new Style({ stroke: new Stroke({ color: `${ink.ink}D9`, width: 1.5 }) }),
  }
}

/** Clear of the spots and, once moved, within its own village. */
function roomOf(feature: FeatureLike, resolution: number, spots: readonly MapSpot[]) {
  const at = feature.getGeometry()
  const shape: unknown = feature.get('shape')
  if (spots.length === 0 || !(at instanceof Point) || !(shape instanceof Geometry))
    return { x: 0, y: 0 }
  const [east = 0, north = 0] = at.getCoordinates()
  const taken = spots.flatMap((spot) =>
    spotBoxes(spot, (point) => {
      const [x = 0, y = 0] = fromLonLat(point)
      return { x: (x - east) / resolution, y: (y - north) / resolution }
    }),
  )
  const isWithin = ({ x, y, halfWidth, halfHeight }: Box) =>
    [-1, 1].every((side) =>
      [-1, 1].every((end) =>
        shape.intersectsCoordinate([
          east + (x + side * halfWidth) * resolution,
          north + (y + end * halfHeight) * resolution,
        ]),
      ),
    )
  return roomFor(nameBox(String(feature.get('name'))), taken, isWithin)
}

interface LabelLook {
  halo: string
  color: string
  room: { x: number; y: number }
}

function labelStyle(feature: FeatureLike, { halo, color, room }: LabelLook): Style {
  return new Style({
    text: new Text({
      text: Array.from(String(feature.get('name'))).join('\u200A'),
      font: `${feature.get('focused') === true ? 700 : 400} 14px ${fontFamily}`,
      fill: new Fill({ color }),
      stroke: new Stroke({ color: halo, width: 3.5 }),
      padding: [2, 4, 2, 4],
      offsetX: room.x,
      offsetY: -room.y,
    }),
  })
}

function deviceStyle(feature: FeatureLike, theme: ThemeName): Style {
  const ink = palette(theme)
  const active = feature.get('active') === true
  const color = active ? ink.ink : ink.ink3
  const online: unknown = feature.get('online')
  if (feature.get('kind') === 'camera') {
    return new Style({
      image: new Circle({
        radius: active ? 6 : 4.5,
        stroke: new Stroke({ color, width: active ? 2 : 1.5 }),
        fill: new Fill({ color: mapPalette(theme).land }),
      }),
      text: new Text({
        text: '●',
        font: '7px sans-serif',
        offsetY: 0.5,
        fill: new Fill({ color }),
      }),
    })
  }
  // Offline is a hollow mark: told apart without colour.
  if (online === false) {
    return new Style({
      image: new RegularShape({
        points: 4,
        radius: 5,
        angle: 0,
        stroke: new Stroke({ color, width: 1.5 }),
        fill: new Fill({ color: mapPalette(theme).land }),
      }),
    })
  }
  return new Style({
    image: new Circle({ radius: active ? 5 : 2.5, fill: new Fill({ color }) }),
  })
}
