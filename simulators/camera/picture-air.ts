import { uniform } from '../random.ts'
import { depthOf, type Ground } from './picture-ground.ts'
import type { Canvas, Light, Projection } from './picture-landscape.ts'

/**
 * Draws what moves: clouds, smoke, flames and the sensor's noise. Everything is a function of the
 * phase, 0–1, and comes back to itself at 1, so that a short loop shows no seam.
 */

export interface Fire {
  bearingDeg: number
  distanceM: number
  /** 0–1, how much smoke stands over it. */
  smoke: number
  /** 0–1; at night its glow lights the smoke from below. */
  flames: number
}

export interface Air {
  canvas: Canvas
  projection: Projection
  ground: Ground
  light: Light
  seed: number
  phase: number
}

type Rgb = readonly [number, number, number]

interface Puff {
  x: number
  y: number
  radius: number
  colour: Rgb
  opacity: number
  /** Only what lies at this depth or behind it is covered. */
  before: number
  /** Vertical radius in parts of the horizontal one. */
  flat?: number
}

function drawPuff({ width, height, rgb, depth }: Canvas, puff: Puff): void {
  const { radius, colour } = puff
  const tall = radius * (puff.flat ?? 1)
  const right = Math.min(width - 1, Math.floor(puff.x + radius))
  const bottom = Math.min(height - 1, Math.floor(puff.y + tall))
  const [red, green, blue] = colour
  for (let y = Math.max(0, Math.ceil(puff.y - tall)); y <= bottom; y++) {
    const down = ((y - puff.y) / tall) ** 2
    for (let x = Math.max(0, Math.ceil(puff.x - radius)); x <= right; x++) {
      const at = y * width + x
      if (depth[at]! > puff.before) continue
      const off = down + ((x - puff.x) / radius) ** 2
      if (off >= 1) continue
      const alpha = puff.opacity * (1 - off) ** 2
      const i = at * 3
      rgb[i] = rgb[i]! + (red - rgb[i]!) * alpha
      rgb[i + 1] = rgb[i + 1]! + (green - rgb[i + 1]!) * alpha
      rgb[i + 2] = rgb[i + 2]! + (blue - rgb[i + 2]!) * alpha
    }
  }
}

const cloudColours: Readonly<Record<Light, Rgb>> = {
  day: [238, 241, 243],
  dusk: [214, 150, 132],
  night: [34, 38, 52],
}

const cloudCount = 26
const cloudPuffs = 5
/** How far a cloud goes while the phase runs from 0 to 1. */
const cloudDriftDeg = 0.5

export interface CloudPuff {
  bearingDeg: number
  elevationDeg: number
  radiusDeg: number
}

export function placeClouds(seed: number): CloudPuff[] {
  return Array.from({ length: cloudCount * cloudPuffs }, (_, i) => {
    const cloud = (what: string) => uniform(seed, `cloud:${Math.floor(i / cloudPuffs)}:${what}`)
    const own = (what: string) => uniform(seed, `puff of cloud:${i}:${what}`)
    return {
      bearingDeg: cloud('x') * 360 + 9 * (own('x') - 0.5),
      elevationDeg: 8 + 9 * cloud('y') + 0.8 * own('y'),
      radiusDeg: 2.2 + 2.4 * own('r'),
    }
  })
}

/** Two sets of clouds, one fading out as the other fades in where the first began. */
export function drawClouds(air: Air, clouds: readonly CloudPuff[]): void {
  const { canvas, projection, light, phase } = air
  for (const [offset, weight] of [
    [phase, 1 - phase],
    [phase - 1, phase],
  ] as const) {
    if (weight < 0.01) continue
    for (const puff of clouds) {
      const radius = puff.radiusDeg * projection.pxPerDeg
      const x = projection.xOf(puff.bearingDeg + offset * cloudDriftDeg)
      if (x + radius < 0 || x - radius > canvas.width) continue
      drawPuff(canvas, {
        x,
        y: projection.yOf(puff.elevationDeg),
        radius,
        colour: cloudColours[light],
        opacity: 0.3 * weight,
        before: 0,
        flat: 0.26,
      })
    }
  }
}

const puffCount = 40
/** While the phase runs once every puff takes the place of the one this many further up. */
const puffStep = 5
/** Nearer than this a fire burns in the fields, not on the hill. */
const fieldsM = 700

interface Foot {
  x: number
  y: number
  /** The depth that is still behind the smoke. */
  before: number
  /** Pixels for one metre across, at the fire. */
  scale: number
}

function footOf({ projection, ground }: Air, fire: Fire): Foot {
  const isNear = fire.distanceM < fieldsM
  const crest = ground.crestDeg('middle', fire.bearingDeg)
  const near = ground.crestDeg('near', fire.bearingDeg)
  const elevationDeg = isNear ? -1.9 : Math.max(near + 0.25, (crest + near) / 2)
  const metresDeg = 180 / Math.PI / Math.max(200, fire.distanceM)
  return {
    x: projection.xOf(fire.bearingDeg),
    y: projection.yOf(elevationDeg),
    before: isNear ? depthOf.fields : depthOf.middle,
    scale: metresDeg * projection.pxPerDeg,
  }
}

/** The colour of smoke: pale by day, dark by night but red where flames light it. */
function smokeColour(light: Light, up: number, flames: number): Rgb {
  const pale = light === 'day' ? 176 + 50 * up : light === 'dusk' ? 120 + 30 * up : 40 + 12 * up
  const lit = light === 'day' ? 0 : flames * Math.max(0, 1 - up * 1.6) * 110
  return [Math.min(255, pale + lit), pale + lit * 0.42, pale - 4 + lit * 0.1]
}

function drawSmoke(air: Air, fire: Fire, foot: Foot): void {
  const { canvas, seed, light, phase } = air
  if (fire.smoke <= 0) return
  const highM = 60 + 340 * fire.smoke
  for (let i = puffCount - 1; i >= 0; i--) {
    const draw = (what: string) => uniform(seed, `puff:${i % puffStep}:${what}`)
    const up = (i + phase * puffStep) / puffCount
    if (up >= 1) continue
    const swayM = (16 * (draw('x') - 0.5) + 150 * up * up) * (0.5 + fire.smoke)
    // Fades in at the foot and out at the top: a puff that appears or goes is not seen to.
    const fade = Math.min(1, up * 12) * (1 - up)
    drawPuff(canvas, {
      x: foot.x + swayM * foot.scale,
      y: foot.y - highM * up * foot.scale * 1.35,
      radius: Math.max(
        2,
        (13 + 85 * up * (0.7 + 0.6 * draw('r'))) * (0.5 + fire.smoke) * foot.scale,
      ),
      colour: smokeColour(light, up, fire.flames),
      opacity: (0.45 + 0.4 * fire.smoke) * fade,
      before: foot.before,
    })
  }
}

/** Whole flickers in one run of the phase, or the loop would jump. */
const flickers = [7, 11]

function drawFlames(air: Air, fire: Fire, foot: Foot): void {
  if (fire.flames <= 0) return
  const { canvas, phase, light } = air
  const [slow, quick] = flickers.map((n) => Math.sin(phase * 2 * Math.PI * n))
  const strength = fire.flames * (1 + 0.12 * slow! + 0.08 * quick!)
  const glowM = light === 'day' ? 26 : 150
  const at = { x: foot.x, before: foot.before }
  drawPuff(canvas, {
    ...at,
    y: foot.y - 8 * foot.scale,
    radius: Math.max(6, glowM * strength * foot.scale),
    colour: [255, 128, 40],
    opacity: light === 'day' ? 0.4 : 0.6,
  })
  for (const [i, part] of [0.7, 0.5, 1].entries()) {
    const shift = [-9, 11, 0][i]! + 2 * (i === 0 ? slow! : quick!)
    drawPuff(canvas, {
      ...at,
      x: foot.x + shift * foot.scale,
      y: foot.y - 9 * part * strength * foot.scale,
      radius: Math.max(2.5, 15 * part * strength * foot.scale),
      colour: i === 2 ? [255, 222, 130] : [255, 160, 60],
      opacity: 0.95,
      flat: 1.5,
    })
  }
}

export function drawFire(air: Air, fire: Fire): void {
  const foot = footOf(air, fire)
  drawSmoke(air, fire, foot)
  drawFlames(air, fire, foot)
}

const noiseSteps = 1 << 16

function drawNoise(reach: number): Float32Array {
  const noise = new Float32Array(noiseSteps)
  let state = 0x2545f491
  for (let i = 0; i < noise.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    noise[i] = ((state >>> 8) / 2 ** 24 - 0.5) * reach
  }
  return noise
}

const noises: Readonly<Record<Light, Float32Array>> = {
  day: drawNoise(5),
  dusk: drawNoise(6),
  night: drawNoise(9),
}

/** A few grey levels, more in the dark as real sensors have it; every frame begins elsewhere. */
export function addNoise({ rgb }: Canvas, light: Light, seed: number): void {
  const noise = noises[light]
  let at = seed & (noiseSteps - 1)
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const step = noise[at]!
    at = (at + 1) & (noiseSteps - 1)
    rgb[i] = rgb[i]! + step
    rgb[i + 1] = rgb[i + 1]! + step
    rgb[i + 2] = rgb[i + 2]! + step
  }
}
