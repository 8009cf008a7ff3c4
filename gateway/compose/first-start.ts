import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ConfigError, InvalidError } from '../domain/errors.ts'
import {
  createFirstStart,
  type FirstAdministrator,
  type FirstStart,
  type FirstTown,
  type TownChoice,
} from '../people/first-start.ts'
import { readPlaces, readTownFolder, type TownFiles } from '../storage/town-files/town-files.ts'
import { importTown } from '../storage/town-import.ts'
import type { TownWatch } from '../town-watch.ts'
import type { House, Stores } from './house.ts'

/** The sample town; its hazards, rules and seasons are the house's own for every new town. */
const sample = join(import.meta.dirname, '../../examples/town')
/** A file that is wrong everywhere is told by its first lines. */
const toldProblems = 50

async function filesOf(choice: TownChoice | undefined): Promise<TownFiles> {
  if (!choice) return {}
  // A file that cannot be used is told before anything else is read.
  const places = choice.kind === 'geojson' ? readPlaces(choice.text) : undefined
  const { users: _users, ...town } = await readTownFolder(sample)
  if (!places) return town
  const { hazards = [], rules = [], seasons = [] } = town
  return { places, hazards, rules, seasons }
}

function asInvalid(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error
  const told = error.problems.slice(0, toldProblems)
  const rest = error.problems.length - told.length
  if (rest > 0) told.push(`and ${rest} more`)
  throw new InvalidError(
    told.join('\n'),
    told.map((message) => ({ path: 'body.town', message })),
  )
}

/** None without a town, of which the check of the files then has more to say. */
function administratorsOf(person: FirstAdministrator, scope: string | undefined) {
  if (scope === undefined) return []
  return [{ value: { ...person, role: 'townAdmin' as const, scope }, at: 'administrator' }]
}

export function createFirstStarter(house: House, stores: Stores, watch: TownWatch): FirstStart {
  const { config, db, key, tell } = house

  function town(): FirstTown | null {
    const found = watch.town().places.find((place) => place.level === 'town')
    return found ? { code: found.code, name: found.name } : null
  }

  async function bring(choice: TownChoice | undefined, person: FirstAdministrator): Promise<void> {
    const files = await filesOf(choice)
    const brought = files.places?.find(({ value }) => value.level === 'town')?.value
    const users = administratorsOf(person, (town() ?? brought)?.code)
    // Nobody could write the devices' secrets down, so there are none until they are rotated.
    const options = { db, key, newId: randomUUID, secretlessDevices: true }
    await importTown(options, { ...files, users }, async () => {})
    await watch.look()
  }

  return createFirstStart({
    users: stores.users,
    audit: stores.audit,
    hasAdministrator: config.adminPassword !== undefined,
    town,
    bring: (choice, person) => bring(choice, person).catch(asInvalid),
    tell,
  })
}
