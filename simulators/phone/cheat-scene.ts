import type { CheckinResult, PatrolDay } from '../../gateway/http/schemas/patrol.ts'
import type { Cheat, Scene } from './cheats.ts'
import type { Login } from './people.ts'
import { createPhoneApi, type PhoneApi } from './phone-api.ts'
import { createTags, type Tags } from './tags.ts'
import type { WalkedPoint } from './walk.ts'

/** A cheat on a gateway that runs, at a round that is open there. */

export interface CheatOptions {
  base: string
  administrator: Login
  patroller: Login
  friend: Login
  seed: number
  now?: () => number
  pass: Scene['pass']
  /** As they hang there; without them they are written anew. */
  tags?: Tags
}

const hour = 3_600_000

/** The last hour on which no round of these points was open. */
function offShift({ rounds, now }: PatrolDay, points: readonly WalkedPoint[]): number {
  const touching = rounds.filter((round) =>
    round.points.some(({ id }) => points.some((point) => point.id === id)),
  )
  for (let at = now - hour; at > now - 24 * hour; at -= hour / 2) {
    const isOpen = touching.some(
      ({ dueFrom, dueUntil }) => at > dueFrom - hour / 2 && at < dueUntil + hour / 2,
    )
    if (!isOpen) return at
  }
  throw new Error('rounds of these points were open all day')
}

function openRound(day: PatrolDay, order: 'any' | 'strict'): Scene['strict'] {
  const isOpen = (round: PatrolDay['rounds'][number]) =>
    round.order === order && round.dueFrom <= day.now && day.now < round.dueUntil
  const places = new Map(day.points.map((point) => [point.id, point]))
  const round = day.rounds.find(isOpen)
  if (!round) return undefined
  const points = round.points.flatMap(({ id }): WalkedPoint[] => {
    const place = places.get(id)
    return place ? [{ id, position: [place.lon, place.lat] }] : []
  })
  return { round: round.id, points }
}

async function signedIn(base: string, { username, password }: Login): Promise<PhoneApi> {
  const api = createPhoneApi({ base })
  await api.signIn(username, password)
  return api
}

export async function playCheat(cheat: Cheat, options: CheatOptions): Promise<CheckinResult> {
  const { base, now = Date.now, seed, pass } = options
  const keeper = await signedIn(base, options.administrator)
  const patroller = await signedIn(base, options.patroller)
  const friend = await signedIn(base, options.friend)
  const day = await patroller.day()
  const known = await keeper.points()
  const signs = (point: WalkedPoint) => known.find(({ id }) => id === point.id)?.tag === 'nfc424'
  const open = openRound(day, 'any')?.points ?? []
  const [first, second, ...others] = [
    ...open.filter(signs),
    ...open.filter((point) => !signs(point)),
  ]
  if (!first || !second) throw new Error('no round is open that this patroller may walk')
  return cheat.play({
    now,
    pass,
    points: [first, second, ...others],
    strict: openRound(day, 'strict'),
    offShift: offShift(day, open),
    tags: options.tags ?? createTags(keeper, known),
    patroller,
    friend,
    seed,
  })
}
