import sharp from 'sharp'
import { localHour } from '../curves.ts'
import { hash } from '../random.ts'
import { type Air, addNoise, drawClouds, drawFire, type Fire, placeClouds } from './picture-air.ts'
import { clockText, letterStrip, type Strip, stamp } from './picture-caption.ts'
import { createGround } from './picture-ground.ts'
import {
  type Canvas,
  type Light,
  type Pose,
  paintLandscape,
  project,
  type Size,
} from './picture-landscape.ts'

/**
 * What a simulated look-out camera sees: hills, fields and a village as they lie around it, with
 * what the scenario puts there. Two ways out: a still with the time burnt in, drawn when asked
 * for, and a short loop of frames for the stream. The loop carries the camera's name and a
 * blinking dot but no clock, as it is encoded once and played over and over.
 */

interface Scene {
  fires: readonly Fire[]
  /** 0–1. */
  fog: number
  /** 'clock' follows the local hour. */
  light: Light | 'clock'
}

interface View {
  panDeg: number
  tiltDeg: number
  /** 1 is the whole field of view. */
  zoom: number
}

/** frozen: the same picture for ever, its clock too. moved: knocked round on its mast. */
type PictureMode = 'live' | 'frozen' | 'black' | 'moved'

export interface PictureOptions {
  name: string
  headingDeg: number
  fieldOfViewDeg: number
  seed: number
  /** Of the stills; the stream has a size of its own. */
  width?: number
  height?: number
  streamWidth?: number
  streamHeight?: number
}

export interface LoopFrames {
  width: number
  height: number
  fps: number
  count: number
  /** RGB, 3 bytes a pixel; the buffer is the caller's. */
  frame(index: number): Buffer
}

export interface Picture {
  show(scene: Partial<Scene>): void
  look(view: Partial<View>): void
  setMode(mode: PictureMode, nowMs: number): void
  view(): View
  scene(): Scene
  mode(): PictureMode
  stillJpeg(nowMs: number): Promise<Buffer>
  /** Names what a loop made now would show: it need not be made again while this is the same. */
  loopKey(nowMs: number): string
  loopFrames(nowMs: number): Promise<LoopFrames>
}

const loopFps = 10
const loopSeconds = 4
const jpegQuality = 74
const movedDeg = 73
const movedTiltDeg = -3.5
/** A scenario tells of smoke many times a minute; the stream follows in steps of this. */
const loopStep = 0.1
const narrowestDeg = 2

function lightAt(nowMs: number): Light {
  const hour = localHour(nowMs)
  if (hour >= 7 && hour < 17.5) return 'day'
  return hour >= 6 && hour < 18.75 ? 'dusk' : 'night'
}

interface Moment {
  pose: Pose
  scene: Scene & { light: Light }
  mode: PictureMode
}

function stepped(value: number): number {
  return Math.round(Math.round(value / loopStep) * loopStep * 100) / 100
}

/** The moment with everything that grows set to its nearest step. */
function loopMoment(moment: Moment): Moment {
  const fires = moment.scene.fires.map((fire) => ({
    ...fire,
    smoke: stepped(fire.smoke),
    flames: stepped(fire.flames),
  }))
  return { ...moment, scene: { ...moment.scene, fires, fog: stepped(moment.scene.fog) } }
}

function blackCanvas(size: Size): Canvas {
  const pixels = size.width * size.height
  return { ...size, rgb: new Uint8ClampedArray(pixels * 3).fill(3), depth: new Uint8Array(pixels) }
}

export function createPicture(options: PictureOptions): Picture {
  const { name, seed, width = 960, height = 540, streamWidth = 640, streamHeight = 360 } = options
  const stillSize = { width, height }
  const streamSize = { width: streamWidth, height: streamHeight }
  const ownSeed = hash(`${seed}:${name}`)
  const ground = createGround(ownSeed, 'ground')
  const clouds = placeClouds(ownSeed)
  let scene: Scene = { fires: [], fog: 0, light: 'clock' }
  let view: View = { panDeg: 0, tiltDeg: 0, zoom: 1 }
  let mode: PictureMode = 'live'
  let heldAtMs = 0
  let painted: { key: string; canvas: Canvas } | undefined
  const nameStrips = new Map<number, Promise<Strip>>()
  let held: { moment: Moment; still?: Promise<Buffer> } | undefined

  function momentAt(nowMs: number): Moment {
    if (held) return held.moment
    const isMoved = mode === 'moved'
    const pose = {
      bearingDeg: (options.headingDeg + view.panDeg + (isMoved ? movedDeg : 0) + 720) % 360,
      tiltDeg: view.tiltDeg + (isMoved ? movedTiltDeg : 0),
      spanDeg: Math.max(narrowestDeg, options.fieldOfViewDeg / Math.max(1, view.zoom)),
    }
    const light = scene.light === 'clock' ? lightAt(nowMs) : scene.light
    return { pose, scene: { ...scene, light }, mode }
  }

  function nameStrip(letterPx: number): Promise<Strip> {
    const strip = nameStrips.get(letterPx) ?? letterStrip(name, letterPx)
    nameStrips.set(letterPx, strip)
    return strip
  }

  /** The land without what moves; a copy may be drawn on. */
  function landscape({ pose, scene, mode }: Moment, size: Size): Canvas {
    if (mode === 'black') return blackCanvas(size)
    const weather = { light: scene.light, fog: scene.fog }
    return paintLandscape(ground, { pose, weather }, size)
  }

  /** Stills come one by one and mostly show the same land. */
  function stillLandscape(moment: Moment): Canvas {
    const { pose, scene, mode } = moment
    const key = JSON.stringify([pose, scene.light, scene.fog, mode])
    if (painted?.key !== key) painted = { key, canvas: landscape(moment, stillSize) }
    return painted.canvas
  }

  function drawMoving(moment: Moment, canvas: Canvas, at: { phase: number; noise: number }): void {
    if (moment.mode !== 'black') {
      const { light, fog, fires } = moment.scene
      const projection = project(moment.pose, canvas)
      const air: Air = { canvas, projection, ground, light, seed: ownSeed, phase: at.phase }
      if (fog < 0.9) drawClouds(air, clouds)
      for (const fire of fires) {
        const seen = 1 - 0.85 * fog
        drawFire(air, { ...fire, smoke: fire.smoke * seen, flames: fire.flames * seen })
      }
    }
    addNoise(canvas, moment.scene.light, at.noise)
  }

  async function draw(nowMs: number): Promise<Buffer> {
    const moment = momentAt(nowMs)
    const land = stillLandscape(moment)
    const canvas = { ...land, rgb: land.rgb.slice() }
    const phase = (nowMs % (loopSeconds * 1000)) / (loopSeconds * 1000)
    drawMoving(moment, canvas, { phase, noise: hash(`${ownSeed}@${nowMs}`) })
    const px = letterPx(stillSize)
    stamp(canvas, await nameStrip(px), { x: px, y: px })
    const clock = await letterStrip(clockText(nowMs), px)
    stamp(canvas, clock, { x: px, y: height - 2 * px })
    return await sharp(canvas.rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: jpegQuality })
      .toBuffer()
  }

  async function loopFrames(nowMs: number): Promise<LoopFrames> {
    const moment = loopMoment(momentAt(nowMs))
    const px = letterPx(streamSize)
    const strip = await nameStrip(px)
    const land = landscape(moment, streamSize)
    const isFrozen = moment.mode === 'frozen'
    const count = loopFps * loopSeconds
    return {
      ...streamSize,
      fps: loopFps,
      count,
      frame(index) {
        const shown = isFrozen ? 0 : index
        const canvas = { ...land, rgb: land.rgb.slice() }
        drawMoving(moment, canvas, { phase: shown / count, noise: hash(`${ownSeed}:${shown}`) })
        stamp(canvas, strip, { x: px, y: px })
        if (shown % loopFps < loopFps / 2)
          stamp(canvas, dot(Math.round(px / 2)), dotCorner(streamSize, px))
        return Buffer.from(canvas.rgb.buffer)
      },
    }
  }

  return {
    view: () => view,
    scene: () => scene,
    mode: () => mode,
    show(change) {
      scene = { ...scene, ...change }
    },
    look(change) {
      view = { ...view, ...change }
    },
    setMode(next, nowMs) {
      if (next === mode) return
      held = undefined
      if (next === 'frozen') {
        held = { moment: { ...momentAt(nowMs), mode: next } }
        heldAtMs = nowMs
      }
      mode = next
    },
    stillJpeg(nowMs) {
      if (!held) return draw(nowMs)
      held.still ??= draw(heldAtMs)
      return held.still
    },
    loopKey: (nowMs) => JSON.stringify(loopMoment(momentAt(nowMs))),
    loopFrames,
  }
}

function letterPx(size: Size): number {
  return Math.round(size.height / 22)
}

/** Blinks once a second: says at a glance that the stream moves. */
function dot(side: number): Strip {
  const rgba = new Uint8Array(side * side * 4)
  const half = (side - 1) / 2
  for (let i = 0; i < side * side; i++) {
    const off = Math.hypot((i % side) - half, Math.floor(i / side) - half)
    rgba.set([224, 60, 49, off <= half ? 255 : 0], i * 4)
  }
  return { width: side, height: side, rgba }
}

function dotCorner(size: Size, px: number): { x: number; y: number } {
  return { x: size.width - 2 * px, y: Math.round(px * 1.3) }
}
