import { uniform } from '../random.ts'

/** The chances of one month: the same seed throws the same, in the same order. */
export interface Dice {
  /** In [0, 1). */
  roll(): number
  /** A whole number in [0, count). */
  upTo(count: number): number
  pick<T>(list: readonly T[]): T
}

export function createDice(seed: number, name: string): Dice {
  let thrown = 0
  const roll = () => uniform(seed, `${name}:${++thrown}`)
  const upTo = (count: number) => Math.floor(roll() * count)
  return {
    roll,
    upTo,
    pick(list) {
      const one = list[upTo(list.length)]
      if (one === undefined) throw new Error(`there is nothing to pick from for ${name}`)
      return one
    },
  }
}
