import { depthOf, type Ground, type LayerName, layerNames } from './picture-ground.ts'

/** Paints what stands still: sky, hills, fields and houses, with the depth of every pixel. */

/** Where the camera looks, degrees; `spanDeg` from the left edge to the right one. */
export interface Pose {
  bearingDeg: number
  tiltDeg: number
  spanDeg: number
}

export interface Size {
  width: number
  height: number
}

export type Light = 'day' | 'dusk' | 'night'

export interface Canvas extends Size {
  /** 3 bytes a pixel, rows from the top. */
  rgb: Uint8ClampedArray
  depth: Uint8Array
}

export interface Projection {
  pxPerDeg: number
  xOf(bearingDeg: number): number
  yOf(elevationDeg: number): number
  bearingAt(x: number): number
  elevationAt(y: number): number
}

/** The middle of an untilted picture is a little above the horizon: that is where smoke stands. */
const middleDeg = 1.2
/** Narrow pictures need no help; wide ones would show a strip of hills under a lot of sky. */
const steepness = 1.35

export function project(pose: Pose, size: Size): Projection {
  const pxPerDeg = size.width / pose.spanDeg
  const pxPerDegUp = pxPerDeg * steepness
  const top = middleDeg + pose.tiltDeg + size.height / 2 / pxPerDegUp
  const left = pose.bearingDeg - pose.spanDeg / 2
  return {
    pxPerDeg,
    bearingAt: (x) => left + x / pxPerDeg,
    elevationAt: (y) => top - y / pxPerDegUp,
    xOf(bearingDeg) {
      const off = ((((bearingDeg - pose.bearingDeg) % 360) + 540) % 360) - 180
      return size.width / 2 + off * pxPerDeg
    },
    yOf: (elevationDeg) => (top - elevationDeg) * pxPerDegUp,
  }
}

type Rgb = readonly [number, number, number]

const daylight: Readonly<Record<LayerName, Rgb>> = {
  far: [142, 164, 178],
  middle: [104, 134, 120],
  near: [70, 100, 72],
  fields: [140, 142, 82],
  slope: [52, 74, 46],
}

const skies: Readonly<Record<Light, { top: Rgb; low: Rgb; ground: Rgb }>> = {
  day: { top: [112, 154, 196], low: [214, 224, 226], ground: [1, 1, 1] },
  dusk: { top: [74, 88, 128], low: [226, 168, 128], ground: [0.62, 0.52, 0.5] },
  night: { top: [8, 11, 22], low: [26, 31, 46], ground: [0.13, 0.15, 0.22] },
}

/** How much of the fog lies before each layer. */
const veil: Readonly<Record<LayerName | 'sky', number>> = {
  sky: 0.97,
  far: 1,
  middle: 0.96,
  near: 0.86,
  fields: 0.85,
  slope: 0.6,
}

const fogColours: Readonly<Record<Light, Rgb>> = {
  day: [206, 210, 211],
  dusk: [150, 138, 136],
  night: [34, 37, 44],
}

export interface Weather {
  light: Light
  /** 0–1. */
  fog: number
}

function mix(from: number, to: number, part: number): number {
  return from + (to - from) * part
}

interface Brush {
  canvas: Canvas
  projection: Projection
  ground: Ground
  weather: Weather
}

function paint({ canvas, weather }: Brush, at: number, colour: Rgb, layer: LayerName | 'sky') {
  const share = weather.fog * veil[layer]
  const fog = fogColours[weather.light]
  for (let c = 0; c < 3; c++) canvas.rgb[at * 3 + c] = mix(colour[c]!, fog[c]!, share)
}

function paintSky(brush: Brush): void {
  const { canvas, projection, weather } = brush
  const { top, low } = skies[weather.light]
  for (let y = 0; y < canvas.height; y++) {
    const up = Math.min(1, Math.max(0, projection.elevationAt(y) / 18))
    const eased = Math.sqrt(up)
    const row: Rgb = [
      mix(low[0], top[0], eased),
      mix(low[1], top[1], eased),
      mix(low[2], top[2], eased),
    ]
    for (let x = 0; x < canvas.width; x++) paint(brush, y * canvas.width + x, row, 'sky')
  }
}

/** Fields are strips of crops; their borders converge towards the hills. */
function cropOf(ground: Ground, bearingDeg: number, elevationDeg: number): number {
  const distance = 12 / Math.max(0.6, -elevationDeg)
  const row = Math.floor(Math.log(distance) * 6)
  const strip = Math.floor((bearingDeg + row * 1.7) * 0.4 * Math.exp(row / 6) ** 0.5)
  // Whole numbers: the lattice itself, so that a field has one colour.
  return ground.grainAt(strip * 3, row * 5)
}

function shadeOf(ground: Ground, layer: LayerName, at: { bearingDeg: number; up: number }): number {
  const broad = ground.grainAt(at.bearingDeg * 0.8, at.up * 1.4 + depthOf[layer] * 40)
  const fine = ground.grainAt(at.bearingDeg * 7, at.up * 11 + depthOf[layer] * 17)
  const rough = layer === 'far' ? 0.3 : 1
  return 1 + 0.1 * broad + 0.13 * rough * fine
}

function colourAt(brush: Brush, layer: LayerName, at: { bearingDeg: number; up: number }): Rgb {
  const { ground, weather } = brush
  const tint = skies[weather.light].ground
  const base = daylight[layer]
  let shade = shadeOf(ground, layer, at)
  let green = 1
  if (layer === 'fields') {
    const crop = cropOf(ground, at.bearingDeg, at.up)
    shade *= 1 + 0.12 * crop
    green = 1 + 0.06 * crop
  }
  return [
    Math.min(255, base[0] * shade * tint[0]),
    Math.min(255, base[1] * shade * green * tint[1]),
    Math.min(255, base[2] * shade * tint[2]),
  ]
}

function paintLayer(brush: Brush, layer: LayerName): void {
  const { canvas, projection, ground } = brush
  for (let x = 0; x < canvas.width; x++) {
    const bearingDeg = projection.bearingAt(x)
    const crest = projection.yOf(ground.crestDeg(layer, bearingDeg))
    for (let y = Math.max(0, Math.round(crest)); y < canvas.height; y++) {
      const at = y * canvas.width + x
      canvas.depth[at] = depthOf[layer]
      const up = projection.elevationAt(y)
      paint(brush, at, colourAt(brush, layer, { bearingDeg, up }), layer)
    }
  }
}

function paintBox(brush: Brush, box: { x: number; y: number } & Size, colour: Rgb): void {
  const { canvas } = brush
  const right = Math.min(canvas.width, Math.round(box.x + box.width))
  const bottom = Math.min(canvas.height, Math.round(box.y + box.height))
  for (let y = Math.max(0, Math.round(box.y)); y < bottom; y++)
    for (let x = Math.max(0, Math.round(box.x)); x < right; x++) {
      const at = y * canvas.width + x
      // The slope before the village hides it.
      if (canvas.depth[at] === depthOf.slope) continue
      canvas.depth[at] = depthOf.fields
      paint(brush, at, colour, 'fields')
    }
}

function tinted(colour: Rgb, tint: Rgb): Rgb {
  return [colour[0] * tint[0], colour[1] * tint[1], colour[2] * tint[2]]
}

function paintHouses(brush: Brush): void {
  const { canvas, projection, ground, weather } = brush
  const tint = skies[weather.light].ground
  const wall = tinted([214, 208, 196], tint)
  const roof = tinted([86, 80, 82], tint)
  const pane: Rgb = weather.light === 'day' ? [96, 104, 112] : [252, 206, 120]
  for (const house of ground.houses) {
    const width = house.widthDeg * projection.pxPerDeg
    const x = projection.xOf(house.bearingDeg) - width / 2
    if (x + width < 0 || x > canvas.width) continue
    const y = projection.yOf(house.elevationDeg)
    const height = width * 0.5
    paintBox(brush, { x, y: y - height, width, height }, wall)
    paintBox(
      brush,
      { x: x - width * 0.06, y: y - height * 1.45, width: width * 1.12, height: height * 0.5 },
      roof,
    )
    if (!house.isLit) continue
    const side = Math.max(1.2, width * 0.13)
    for (const part of [0.2, 0.62])
      paintBox(
        brush,
        { x: x + width * part, y: y - height * 0.62, width: side, height: side },
        pane,
      )
  }
}

/** About 60 ms at 960 × 540: called when the view or the weather changes, not for every frame. */
export function paintLandscape(
  ground: Ground,
  view: { pose: Pose; weather: Weather },
  size: Size,
): Canvas {
  const canvas: Canvas = {
    ...size,
    rgb: new Uint8ClampedArray(size.width * size.height * 3),
    depth: new Uint8Array(size.width * size.height),
  }
  const brush = { canvas, projection: project(view.pose, size), ground, weather: view.weather }
  paintSky(brush)
  for (const layer of layerNames) paintLayer(brush, layer)
  paintHouses(brush)
  return canvas
}
