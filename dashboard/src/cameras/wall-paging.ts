/** The wall: how many pictures at once, which page of them, which one is large. Pure. */

export const wallSizes = [1, 4, 9, 16] as const
export type WallSize = (typeof wallSizes)[number]

/** More live pictures at once are too much for an office computer; the rest show stills. */
export const mostLive = 9

export interface Wall {
  size: WallSize
  page: number
  /** The one that keys are about. */
  chosen: string | null
  isLarge: boolean
  /** Made live by hand, beyond the usual number. */
  wanted: readonly string[]
}

export const firstWall: Wall = { size: 4, page: 0, chosen: null, isLarge: false, wanted: [] }

export type WallAct =
  | { act: 'size'; size: WallSize }
  | { act: 'page'; by: 1 | -1 }
  | { act: 'choose'; camera: string }
  | { act: 'move'; columns: number; rows: number }
  | { act: 'enlarge'; camera?: string }
  | { act: 'shrink' }
  | { act: 'wantLive'; camera: string }

export function pageCount(cameras: number, size: WallSize): number {
  return Math.max(1, Math.ceil(cameras / size))
}

/** Cameras come and go: the page is one that is there. */
function pageOf({ size, page }: Wall, cameras: number): number {
  return Math.min(Math.max(0, page), pageCount(cameras, size) - 1)
}

export function shownOn(wall: Wall, ids: readonly string[]): string[] {
  const first = pageOf(wall, ids.length) * wall.size
  return ids.slice(first, first + wall.size)
}

/** The first of the page, and those that were asked for. */
export function liveOn(wall: Wall, ids: readonly string[]): Set<string> {
  const shown = shownOn(wall, ids)
  return new Set([...shown.slice(0, mostLive), ...shown.filter((id) => wall.wanted.includes(id))])
}

/** The camera that keys turn: the large one, or the only one. */
export function inHand(wall: Wall, ids: readonly string[]): string | null {
  if (wall.isLarge) return wall.chosen
  return wall.size === 1 ? (shownOn(wall, ids)[0] ?? null) : null
}

function turned(wall: Wall, ids: readonly string[], by: 1 | -1): Wall {
  if (wall.isLarge) {
    const at = wall.chosen === null ? -1 : ids.indexOf(wall.chosen)
    const next = ids[at + by]
    if (next === undefined) return wall
    return { ...wall, chosen: next, page: Math.floor((at + by) / wall.size) }
  }
  const pages = pageCount(ids.length, wall.size)
  const page = (pageOf(wall, ids.length) + by + pages) % pages
  const next = { ...wall, page, wanted: [] }
  return { ...next, chosen: shownOn(next, ids)[0] ?? null }
}

/** What is looked at stays in sight. */
function sized(wall: Wall, ids: readonly string[], size: WallSize): Wall {
  const kept = wall.chosen ?? shownOn(wall, ids)[0]
  const at = kept === undefined ? 0 : Math.max(0, ids.indexOf(kept))
  return { ...wall, size, page: Math.floor(at / size), isLarge: false, wanted: [] }
}

function moved(wall: Wall, ids: readonly string[], step: { columns: number; rows: number }): Wall {
  const shown = shownOn(wall, ids)
  const side = Math.sqrt(wall.size)
  const at = wall.chosen === null ? -1 : shown.indexOf(wall.chosen)
  if (at === -1) return { ...wall, chosen: shown[0] ?? null }
  const column = (at % side) + step.columns
  const next = shown[at + step.columns + step.rows * side]
  if (column < 0 || column >= side || next === undefined) return wall
  return { ...wall, chosen: next }
}

export function nextWall(wall: Wall, act: WallAct, ids: readonly string[]): Wall {
  switch (act.act) {
    case 'size':
      return sized(wall, ids, act.size)
    case 'page':
      return turned(wall, ids, act.by)
    case 'choose':
      return { ...wall, chosen: act.camera }
    case 'move':
      return moved(wall, ids, act)
    case 'enlarge': {
      const camera = act.camera ?? wall.chosen ?? shownOn(wall, ids)[0]
      return camera === undefined ? wall : { ...wall, chosen: camera, isLarge: true }
    }
    case 'shrink':
      return { ...wall, isLarge: false }
    case 'wantLive':
      return { ...wall, wanted: [...new Set([...wall.wanted, act.camera])] }
  }
}
