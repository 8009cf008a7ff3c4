import type { FeatureLike } from 'ol/Feature.js'
import { Circle, Fill, RegularShape, Stroke, Style, Text } from 'ol/style.js'
import { fontFamily, mapPalette, palette, type ThemeName } from '../theme/tokens.ts'

/** Styles of the town's own polygons and devices; all colours from the tokens of the theme. */

export interface MapStyles {
  places: (feature: FeatureLike, resolution: number) => Style | Style[]
  labels: (feature: FeatureLike) => Style
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
    labels: (feature) =>
      labelStyle(feature, land.halo, feature.get('focused') === true ? ink.ink : ink.ink2),
    devices: (feature) => deviceStyle(feature, theme),
    sight: (feature) =>
      feature.get('part') === 'wedge'
        ? new Style({ fill: new Fill({ color: `${ink.ink}21` }) })
        : new Style({ stroke: new Stroke({ color: `${ink.ink}D9`, width: 1.5 }) }),
  }
}

function labelStyle(feature: FeatureLike, halo: string, color: string): Style {
  return new Style({
    text: new Text({
      text: Array.from(String(feature.get('name'))).join('\u200A'),
      font: `${feature.get('focused') === true ? 700 : 400} 14px ${fontFamily}`,
      fill: new Fill({ color }),
      stroke: new Stroke({ color: halo, width: 3.5 }),
      padding: [2, 4, 2, 4],
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
