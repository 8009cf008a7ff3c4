import { forestFire } from './forest-fire.ts'
import { nonsenseFlood } from './nonsense-flood.ts'
import type { Scenario } from './play.ts'
import { quietDay } from './quiet-day.ts'
import { strawBurning } from './straw-burning.ts'
import { towerDown } from './tower-down.ts'

export const scenarios: readonly Scenario[] = [
  quietDay,
  strawBurning,
  forestFire,
  towerDown,
  nonsenseFlood,
]

export function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found) return found
  const names = scenarios.map((scenario) => scenario.name).join(', ')
  throw new Error(`no scenario "${name}". There are: ${names}`)
}
