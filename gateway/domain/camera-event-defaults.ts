import type { EventMapping } from './camera-event.ts'
import type { Rule } from './rule.ts'
import type { Severity } from './severity.ts'
import { videoRoundMissed } from './video-round.ts'
import { viewFaults } from './view-hash.ts'

/**
 * What events of cameras mean as long as nobody says otherwise (ONVIF Analytics, Thermal, Imaging
 * and Device IO; there is no topic for fire). Motion, people and vehicles mean nothing here.
 */

/** For minutes nothing could come from a camera; the gateway says so, not the camera. */
export const eventPathLost = 'eventPathLost'

interface Meaning {
  type: string
  hazard: string
  severity: Severity
}

const fire: Meaning = { type: 'fire', hazard: 'forestFire', severity: 'red' }
const smoke: Meaning = { type: 'smoke', hazard: 'forestFire', severity: 'orange' }
const heat: Meaning = { type: 'heat', hazard: 'forestFire', severity: 'orange' }
const tamper: Meaning = { type: 'tamper', hazard: 'deviceFault', severity: 'yellow' }
const signalLoss: Meaning = { type: 'signalLoss', hazard: 'deviceFault', severity: 'yellow' }
const visibility: Meaning = { type: 'visibility', hazard: 'deviceFault', severity: 'blue' }
/** A contact that somebody wired, such as a smoke or heat detector's. */
const contact: Meaning = { type: 'digitalInput', hazard: 'forestFire', severity: 'yellow' }

/** Cameras repeat what they detect while they see it; after so long without, it is gone. */
const detectionHoldS = 60

function classOf(id: string, topic: string, word: string, meaning: Meaning): EventMapping {
  const holdS = topic.endsWith('/ObjectsInside') ? null : detectionHoldS
  return { id, topic, item: 'ClassTypes', values: [word], ...meaning, holdS }
}

function stateOf(id: string, topic: string, meaning: Meaning, item: string | null = 'State') {
  const values = item === null ? [] : ['true']
  return { id, topic, item, values, ...meaning, holdS: null } satisfies EventMapping
}

const object = 'RuleEngine/ObjectDetection/Object'
const field = 'RuleEngine/FieldDetector/ObjectsInside'
const line = 'RuleEngine/LineDetector/Crossed'
const thermal = 'RuleEngine/Radiometry'

export const defaultMappings: readonly EventMapping[] = [
  classOf('object-fire', object, 'Fire', fire),
  classOf('object-smoke', object, 'Smoke', smoke),
  classOf('field-fire', field, 'Fire', fire),
  classOf('field-smoke', field, 'Smoke', smoke),
  classOf('line-fire', line, 'Fire', fire),
  classOf('line-smoke', line, 'Smoke', smoke),
  stateOf('thermal-alarm', `${thermal}/TemperatureAlarm`, heat, 'AlarmActive'),
  stateOf('thermal-measurement', `${thermal}/TemperatureMeasurementAlarm`, heat, 'AlarmActive'),
  stateOf('thermal-source', 'VideoSource/RadiometryAlarm', heat),
  // Its item has another name with each maker.
  stateOf('tamper', 'RuleEngine/TamperDetector/Tamper', tamper, null),
  stateOf('scene-change', 'VideoSource/GlobalSceneChange/*', tamper),
  stateOf('signal-loss', 'VideoSource/SignalLoss', signalLoss),
  stateOf('visibility', 'VideoSource/ImpairedVisibility', visibility),
  stateOf('digital-input', 'Device/Trigger/DigitalInput', contact, 'LogicalState'),
]

const ruleNames: Record<string, string> = {
  fire: '摄像机：明火',
  smoke: '摄像机：烟雾',
  heat: '摄像机：热成像高温',
  tamper: '摄像机：遮挡或转向',
  signalLoss: '摄像机：视频信号丢失',
  visibility: '摄像机：能见度受影响',
  digitalInput: '摄像机：报警输入',
}

export function ruleIdOf(type: string): string {
  return `camera-${type}`
}

/** The rule that lets a type of event raise an alarm. */
function ruleOf({ type, hazard, severity }: Meaning): Rule {
  const name = ruleNames[type] ?? `摄像机：${type}`
  return { id: ruleIdOf(type), name, hazard, severity, kinds: ['camera'], when: { event: [type] } }
}

function isNamed(type: string, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ kinds, when }) => kinds.includes('camera') && 'event' in when && when.event.includes(type),
  )
}

function untaken(wanted: readonly Rule[], rules: readonly Rule[]): Rule[] {
  const taken = new Set(rules.map(({ id }) => id))
  return wanted.filter(({ id }) => !taken.has(id))
}

/** One rule for each type that no rule of cameras names yet; ids that are taken stay what they are. */
export function missingRules(meanings: readonly Meaning[], rules: readonly Rule[]): Rule[] {
  const added: Rule[] = []
  for (const meaning of meanings) {
    if (!isNamed(meaning.type, [...rules, ...added])) added.push(ruleOf(meaning))
  }
  return untaken(added, rules)
}

const faultRules: readonly Rule[] = [
  {
    id: 'camera-path',
    name: '摄像机：报警通道中断',
    hazard: 'deviceFault',
    severity: 'yellow',
    kinds: ['camera'],
    when: { event: [eventPathLost] },
  },
  {
    id: 'camera-picture',
    name: '摄像机：画面异常',
    hazard: 'deviceFault',
    severity: 'yellow',
    kinds: ['camera'],
    when: { event: [...viewFaults] },
  },
  {
    id: 'camera-round',
    name: '视频巡查漏巡',
    hazard: 'patrolMissed',
    severity: 'yellow',
    kinds: ['camera'],
    when: { event: [videoRoundMissed] },
  },
]

/** Rules that a town with cameras wants and has not. */
export function defaultCameraRules(rules: readonly Rule[]): Rule[] {
  return [...missingRules(defaultMappings, rules), ...untaken(faultRules, rules)]
}
