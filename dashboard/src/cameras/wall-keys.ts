import type { WallAct, WallSize } from './wall-paging.ts'

/** What a key means on the wall; what turns a camera is read beside it. */

const sizeOfKey: Record<string, WallSize> = { '1': 1, '4': 4, '9': 9, '6': 16 }
const moves: Record<string, { columns: number; rows: number }> = {
  ArrowLeft: { columns: -1, rows: 0 },
  ArrowRight: { columns: 1, rows: 0 },
  ArrowUp: { columns: 0, rows: -1 },
  ArrowDown: { columns: 0, rows: 1 },
}

export interface WallKeyState {
  isLarge: boolean
  /** A camera that turns is in hand: arrows are its own. */
  isTurning: boolean
}

export function wallActOf(key: string, { isLarge, isTurning }: WallKeyState): WallAct | null {
  if (key === 'PageDown') return { act: 'page', by: 1 }
  if (key === 'PageUp') return { act: 'page', by: -1 }
  if (key === 'Escape') return isLarge ? { act: 'shrink' } : null
  if (key === 'Enter') return isLarge ? { act: 'shrink' } : { act: 'enlarge' }
  const move = moves[key]
  if (move && !isTurning && !isLarge) return { act: 'move', ...move }
  const size = sizeOfKey[key]
  // Before one large picture the digits are its presets.
  if (size !== undefined && !isLarge) return { act: 'size', size }
  return null
}
