import { uniform } from '../random.ts'

/**
 * The land around a camera as functions of the bearing it looks in, so that panning and zooming
 * show the same hills from another side. Elevations are degrees above the camera's horizon; the
 * real ones would be too flat to look at, these are about twice as steep.
 */

/** Back to front. A pixel's depth is its index here + 1; the sky's is 0. */
export const layerNames = ['far', 'middle', 'near', 'fields', 'slope'] as const
export type LayerName = (typeof layerNames)[number]

export const depthOf: Readonly<Record<LayerName, number>> = {
  far: 1,
  middle: 2,
  near: 3,
  fields: 4,
  slope: 5,
}

interface Crest {
  elevationDeg: number
  heightDeg: number
  /** Whole waves in a full turn, so that north meets itself. */
  waves: readonly number[]
  treesDeg: number
}

const crests: Readonly<Record<LayerName, Crest>> = {
  far: { elevationDeg: 5.2, heightDeg: 2.6, waves: [7, 13, 29, 53], treesDeg: 0 },
  middle: { elevationDeg: 3.1, heightDeg: 1.9, waves: [11, 19, 41, 83], treesDeg: 0.12 },
  near: { elevationDeg: 0.7, heightDeg: 1.3, waves: [9, 23, 47, 101], treesDeg: 0.3 },
  fields: { elevationDeg: -1.1, heightDeg: 0.15, waves: [17, 31], treesDeg: 0 },
  slope: { elevationDeg: -8, heightDeg: 1.6, waves: [13, 27, 61], treesDeg: 0.9 },
}

interface House {
  bearingDeg: number
  elevationDeg: number
  widthDeg: number
  isLit: boolean
}

export interface Ground {
  crestDeg(layer: LayerName, bearingDeg: number): number
  /** In [-1, 1], smooth over about one unit of x and y; the same at every call. */
  grainAt(x: number, y: number): number
  /** Nearest last, so that they can be painted in this order. */
  houses: readonly House[]
}

const latticeSize = 256

function createLattice(seed: number, key: string): Float32Array {
  const lattice = new Float32Array(latticeSize * latticeSize)
  // One 32-bit draw a cell would hash 65,536 strings; a congruential row is as good to look at.
  let state = Math.floor(uniform(seed, `${key}:lattice`) * 2 ** 32)
  for (let i = 0; i < lattice.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    lattice[i] = ((state >>> 8) / 2 ** 24) * 2 - 1
  }
  return lattice
}

function sampleLattice(lattice: Float32Array, x: number, y: number): number {
  const column = Math.floor(x)
  const row = Math.floor(y)
  const across = x - column
  const down = y - row
  const left = column & (latticeSize - 1)
  const right = (column + 1) & (latticeSize - 1)
  const top = (row & (latticeSize - 1)) * latticeSize
  const bottom = ((row + 1) & (latticeSize - 1)) * latticeSize
  const above = lattice[top + left]! * (1 - across) + lattice[top + right]! * across
  const below = lattice[bottom + left]! * (1 - across) + lattice[bottom + right]! * across
  return above * (1 - down) + below * down
}

const housesInAVillage = 14
const villagesAround = 7

function placeHouses(seed: number, key: string): House[] {
  const draw = (what: string) => uniform(seed, `${key}:house:${what}`)
  const houses: House[] = []
  for (let village = 0; village < villagesAround; village++) {
    const centreDeg = (village + 0.2 + 0.6 * draw(`${village}`)) * (360 / villagesAround)
    const middleDeg = -2.6 - 2.2 * draw(`${village}:down`)
    for (let i = 0; i < housesInAVillage; i++) {
      const name = `${village}:${i}`
      const elevationDeg = middleDeg + 1.6 * (draw(`${name}:y`) - 0.5)
      houses.push({
        bearingDeg: (centreDeg + 15 * (draw(`${name}:x`) - 0.5) + 360) % 360,
        elevationDeg,
        // What lies lower is nearer, and larger.
        widthDeg: (0.5 + 0.35 * draw(`${name}:w`)) * (-elevationDeg / 3),
        isLit: draw(`${name}:lit`) < 0.6,
      })
    }
  }
  return houses.sort((a, b) => b.elevationDeg - a.elevationDeg)
}

export function createGround(seed: number, key: string): Ground {
  const lattice = createLattice(seed, key)
  const phases = new Map<string, number>()
  const phase = (layer: LayerName, wave: number) => {
    const name = `${layer}:${wave}`
    const known = phases.get(name)
    if (known !== undefined) return known
    const drawn = 2 * Math.PI * uniform(seed, `${key}:${name}`)
    phases.set(name, drawn)
    return drawn
  }
  return {
    houses: placeHouses(seed, key),
    grainAt: (x, y) => sampleLattice(lattice, x, y),
    crestDeg(layer, bearingDeg) {
      const crest = crests[layer]
      const angle = (bearingDeg * Math.PI) / 180
      let swing = 0
      for (const [i, wave] of crest.waves.entries())
        swing += Math.sin(wave * angle + phase(layer, wave)) / (i + 1.4)
      const trees =
        crest.treesDeg === 0
          ? 0
          : crest.treesDeg *
            (sampleLattice(lattice, bearingDeg * 4.1, crest.waves[0]!) * 0.5 +
              sampleLattice(lattice, bearingDeg * 13.3, crest.waves[1]!) * 0.5)
      return crest.elevationDeg + crest.heightDeg * 0.55 * swing + trees
    },
  }
}
