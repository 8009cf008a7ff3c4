import type { EventMapping, UnmappedTopic } from '../../../gateway/domain/camera-event.ts'
import type { Severity } from '../../../gateway/domain/severity.ts'

/** What a topic that nobody knows yet probably means: a proposal that a person confirms. Pure. */

interface Guess {
  words: RegExp
  type: string
  hazard: string
  severity: Severity
}

const guesses: readonly Guess[] = [
  { words: /fire|flame/i, type: 'fire', hazard: 'forestFire', severity: 'red' },
  { words: /smoke/i, type: 'smoke', hazard: 'forestFire', severity: 'orange' },
  {
    words: /temperature|thermal|radiometry|heat/i,
    type: 'heat',
    hazard: 'forestFire',
    severity: 'orange',
  },
  {
    words: /tamper|occlu|cover|blind|scenechange|defocus/i,
    type: 'tamper',
    hazard: 'deviceFault',
    severity: 'yellow',
  },
  {
    words: /signalloss|videoloss/i,
    type: 'signalLoss',
    hazard: 'deviceFault',
    severity: 'yellow',
  },
  {
    words: /visib|blurry|image(too)?(dark|bright)/i,
    type: 'visibility',
    hazard: 'deviceFault',
    severity: 'blue',
  },
  {
    words: /digitalinput|relay|alarmin/i,
    type: 'digitalInput',
    hazard: 'forestFire',
    severity: 'yellow',
  },
]

const stateName = /^(State|Active|AlarmActive|LogicalState|Is[A-Z]\w*)$/
const truth = /^(true|false|1|0|on|off|active|inactive|yes|no)$/i
const detectionHoldS = 60

/** `ObjectsInside` → `objectsInside`: a type is one word of Latin letters and digits. */
export function typeOfTopic(topic: string): string {
  const last = topic.split('/').at(-1) ?? ''
  const word = last.replace(/[^A-Za-z0-9]/g, '').replace(/^\d+/, '')
  return word === '' ? 'cameraEvent' : `${word[0]?.toLowerCase()}${word.slice(1)}`.slice(0, 32)
}

function conditionOf(items: UnmappedTopic['items']): Pick<EventMapping, 'item' | 'values'> {
  const named = Object.entries(items)
  const classes = named.find(([name]) => name === 'ClassTypes')
  if (classes) return { item: classes[0], values: classes[1].split(/[\s,;]+/).filter(Boolean) }
  const state = named.find(([name, value]) => stateName.test(name) && truth.test(value))
  return state ? { item: state[0], values: ['true'] } : { item: null, values: [] }
}

export function freeMappingId(type: string, taken: readonly string[]): string {
  if (!taken.includes(type)) return type
  let number = 2
  while (taken.includes(`${type}-${number}`)) number += 1
  return `${type}-${number}`
}

export function proposeMapping(
  { topic, items }: Pick<UnmappedTopic, 'topic' | 'items'>,
  hazards: readonly string[],
): Omit<EventMapping, 'id'> {
  const said = `${topic} ${Object.values(items).join(' ')}`
  const guess = guesses.find(({ words }) => words.test(said))
  const hazard = guess && hazards.includes(guess.hazard) ? guess.hazard : hazards[0]
  const condition = conditionOf(items)
  return {
    topic,
    ...condition,
    type: guess?.type ?? typeOfTopic(topic),
    hazard: hazard ?? 'deviceFault',
    severity: guess?.severity ?? 'yellow',
    // What has no state never says that it is over.
    holdS: condition.values.includes('true') ? null : detectionHoldS,
  }
}

/** Moves one up or down; the first that fits counts, so the order is part of the meaning. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const one = list[index]
  const to = index + by
  if (one === undefined || to < 0 || to >= list.length) return [...list]
  return list.toSpliced(index, 1).toSpliced(to, 0, one)
}
