import type { CheckinMark, CheckinRefusal } from '../../gateway/domain/checkin.ts'
import type { CheckinResult } from '../../gateway/http/schemas/patrol.ts'
import { offset } from '../town.ts'
import { createPhone, type Shown } from './phone.ts'
import type { PhoneApi } from './phone-api.ts'
import type { Tags } from './tags.ts'
import { guessedFix, type WalkedPoint } from './walk.ts'

/**
 * One cheat of each kind, or one bad day: none of them is proof of anything, and each raises the
 * mark that asks somebody to look. Every cheat wants a patroller of its own, whom nobody saw today.
 */

export interface Scene {
  /** Real time, epoch ms. */
  now(): number
  /** Real time passes. */
  pass(ms: number): Promise<void>
  /** Of a round that is open, far from each other: an NTAG 424 first, then whatever there is. */
  points: readonly [WalkedPoint, WalkedPoint, ...WalkedPoint[]]
  /** An open round in strict order. */
  strict: { round: string; points: readonly WalkedPoint[] } | undefined
  /** A time, not after now, at which no round of `points` was open. */
  offShift: number
  tags: Tags
  patroller: PhoneApi
  /** Another one. */
  friend: PhoneApi
  seed: number
}

export interface Cheat {
  name: string
  /** What comes of it; the cheats are tested by it. */
  raises: { refusal: CheckinRefusal | null; marks: CheckinMark[] }
  /** Resolves with what the gateway says of the check-in that was made by it. */
  play(scene: Scene): Promise<CheckinResult>
}

const minute = 60_000
const accuracyM = 20

const fixAt = ({ position }: WalkedPoint, seed: number) =>
  guessedFix(position, { seed, key: 'cheat', accuracyM })

function last(results: readonly CheckinResult[]): CheckinResult {
  const result = results.at(-1)
  if (!result) throw new Error('the gateway said nothing of the check-in')
  return result
}

async function single(
  scene: Scene,
  part: {
    shown?: Shown
    far?: number
    noFix?: true
    at?: number
    wrongByMs?: number
    round?: string
  },
): Promise<CheckinResult> {
  const [point] = scene.points
  const { shown = await scene.tags.show(point.id), far = 0, at = scene.now(), round } = part
  const phone = createPhone({ api: scene.patroller, wrongByMs: part.wrongByMs ?? 0 })
  const position = offset(point.position, 90, far)
  const fix = part.noFix ? null : fixAt({ ...point, position }, scene.seed)
  phone.checkIn({ ...shown, at, fix, ...(round !== undefined && { round }) })
  return last(await phone.sync(scene.now()))
}

/** With one character of what the tag signed changed. */
async function forgedTag({ tags, points }: Scene): Promise<Shown> {
  const shown = await tags.show(points[0].id)
  const url = shown.url ?? ''
  const end = url.at(-1) === '0' ? '1' : '0'
  return { ...shown, url: `${url.slice(0, -1)}${end}` }
}

async function twice(scene: Scene, first: Scene['patroller']): Promise<CheckinResult> {
  const [point] = scene.points
  const phone = createPhone({ api: first })
  const same = createPhone({ api: scene.patroller, id: phone.id })
  phone.checkIn({
    ...(await scene.tags.show(point.id)),
    at: scene.now(),
    fix: fixAt(point, scene.seed),
  })
  await phone.sync(scene.now())
  await scene.pass(2 * minute)
  same.checkIn({
    ...(await scene.tags.show(point.id)),
    at: scene.now(),
    fix: fixAt(point, scene.seed),
  })
  return last(await same.sync(scene.now()))
}

async function oneTapTwoVisits(scene: Scene): Promise<CheckinResult> {
  const [point] = scene.points
  const shown = await scene.tags.show(point.id)
  const phone = createPhone({ api: scene.patroller })
  phone.checkIn({ ...shown, at: scene.now(), fix: fixAt(point, scene.seed) })
  await phone.sync(scene.now())
  await scene.pass(2 * minute)
  phone.checkIn({ ...shown, at: scene.now(), fix: fixAt(point, scene.seed) })
  return last(await phone.sync(scene.now()))
}

/** A drawer full of photographed tags. */
async function fromTheSofa(scene: Scene): Promise<CheckinResult> {
  const phone = createPhone({ api: scene.patroller })
  for (const point of scene.points.slice(0, 2)) {
    const shown = await scene.tags.show(point.id)
    phone.checkIn({ ...shown, at: scene.now(), fix: fixAt(point, scene.seed) })
    await scene.pass(5000)
  }
  return last(await phone.sync(scene.now()))
}

async function backwards(scene: Scene): Promise<CheckinResult> {
  const { round, points = [] } = scene.strict ?? {}
  const point = points.at(-1)
  if (!point || round === undefined) throw new Error('no round in strict order is open')
  return single({ ...scene, points: [point, point] }, { round })
}

async function afterTheWalk(scene: Scene): Promise<CheckinResult> {
  const [point] = scene.points
  const phone = createPhone({ api: scene.patroller })
  phone.checkIn({
    ...(await scene.tags.show(point.id)),
    at: scene.now(),
    fix: fixAt(point, scene.seed),
  })
  await scene.pass(20 * minute)
  return last(await phone.sync(scene.now()))
}

const marked = (...marks: CheckinMark[]): Cheat['raises'] => ({ refusal: null, marks })

export const cheats: readonly Cheat[] = [
  {
    name: 'outsideRadius',
    raises: marked('outsideRadius'),
    play: (scene) => single(scene, { far: 5000 }),
  },
  { name: 'noFix', raises: marked('noFix'), play: (scene) => single(scene, { noFix: true }) },
  { name: 'impossibleSpeed', raises: marked('impossibleSpeed'), play: fromTheSofa },
  {
    name: 'clockAhead',
    raises: marked('clockSkew'),
    play: (scene) => single(scene, { wrongByMs: 120 * minute }),
  },
  {
    name: 'clockBehind',
    raises: marked('clockSkew'),
    play: (scene) => single(scene, { wrongByMs: -120 * minute }),
  },
  {
    name: 'replayedTag',
    raises: { refusal: 'replayed', marks: ['replayedTag'] },
    play: oneTapTwoVisits,
  },
  {
    name: 'outOfShift',
    raises: marked('outOfShift', 'lateSync'),
    play: (scene) => single(scene, { at: scene.offShift }),
  },
  { name: 'outOfOrder', raises: marked('outOfOrder'), play: backwards },
  { name: 'lateSync', raises: marked('lateSync'), play: afterTheWalk },
  {
    name: 'duplicateDevice',
    raises: marked('duplicateDevice'),
    play: (scene) => twice(scene, scene.friend),
  },
  {
    name: 'forgedTag',
    raises: { refusal: 'forged', marks: [] },
    play: async (scene) => single(scene, { shown: await forgedTag(scene) }),
  },
  {
    name: 'forgedCode',
    raises: { refusal: 'forged', marks: [] },
    play: (scene) => {
      const code = `${scene.points[0].id}.0000.${'A'.repeat(22)}`
      return single(scene, { shown: { tag: 'qr', url: `https://patrol.example/c/${code}` } })
    },
  },
  {
    name: 'guessedCode',
    raises: { refusal: 'forged', marks: [] },
    play: (scene) => {
      const url = `https://patrol.example/c/${scene.points[0].id}.t.12345678`
      return single(scene, { shown: { tag: 'qrRotating', url } })
    },
  },
  {
    name: 'unknownTag',
    raises: { refusal: 'unknownTag', marks: [] },
    play: (scene) => single(scene, { shown: { tag: '04FFFFFFFFFFFF' } }),
  },
]
