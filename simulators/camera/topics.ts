import { element, withAttributes, type XmlElement } from './soap-write.ts'

/** What the simulated camera may say, in the words of the ONVIF specifications. */
export interface Topic {
  /** Below tns1, the topics that ONVIF itself names. */
  path: string
  /** True: it has a state, which is kept and told again; false: it happens. */
  isProperty: boolean
  source: readonly ItemDescription[]
  key: readonly ItemDescription[]
  content: readonly ItemDescription[]
}

type ItemDescription = readonly [name: string, type: string]

const token = 'tt:ReferenceToken'
const boolean = 'xs:boolean'
const text = 'xs:string'
const rule: ItemDescription[] = [
  ['VideoSource', token],
  ['Rule', text],
]
const videoSource: ItemDescription[] = [['Source', token]]
const state: ItemDescription[] = [['State', boolean]]

function property(
  path: string,
  source: readonly ItemDescription[],
  content: readonly ItemDescription[],
  key: readonly ItemDescription[] = [],
): Topic {
  return { path, isProperty: true, source, key, content }
}

function happening(
  path: string,
  source: readonly ItemDescription[],
  content: readonly ItemDescription[],
): Topic {
  return { path, isProperty: false, source, key: [], content }
}

const topics: readonly Topic[] = [
  property('VideoSource/MotionAlarm', videoSource, state),
  property('VideoSource/ImpairedVisibility', videoSource, state),
  property('VideoSource/RadiometryAlarm', videoSource, state),
  property('VideoSource/GlobalSceneChange/ImagingService', videoSource, state),
  property('VideoSource/SignalLoss', videoSource, state),
  property(
    'RuleEngine/CellMotionDetector/Motion',
    [
      ['VideoSourceConfigurationToken', token],
      ['VideoAnalyticsConfigurationToken', token],
      ['Rule', text],
    ],
    [['IsMotion', boolean]],
  ),
  property('RuleEngine/FieldDetector/ObjectsInside', rule, [
    ['IsInside', boolean],
    ['ObjectId', text],
    ['ClassTypes', 'tt:StringList'],
  ]),
  happening('RuleEngine/LineDetector/Crossed', rule, [
    ['ObjectId', text],
    ['ClassTypes', 'tt:StringList'],
  ]),
  happening('RuleEngine/ObjectDetection/Object', rule, [['ClassTypes', 'tt:StringList']]),
  property(
    'RuleEngine/Radiometry/TemperatureAlarm',
    [
      ['VideoSourceToken', token],
      ['VideoAnalyticsConfigurationToken', token],
      ['RuleName', text],
    ],
    [
      ['AlarmActive', boolean],
      ['TimeStamp', 'xs:dateTime'],
    ],
    [['RadiometryModuleID', text]],
  ),
  property('RuleEngine/TamperDetector/Tamper', rule, [['IsTamper', boolean]]),
  property('Device/Trigger/DigitalInput', [['InputToken', token]], [['LogicalState', boolean]]),
  property('RuleEngine/MyRuleDetector/FaceDetect', videoSource, state),
  happening('RuleEngine/Recognition/LicensePlate', rule, [
    ['PlateNumber', text],
    ['Likelihood', 'xs:float'],
  ]),
]

export function topicNamed(path: string): Topic | undefined {
  return topics.find((topic) => topic.path === path)
}

function described(name: string, items: readonly ItemDescription[]): XmlElement | undefined {
  if (items.length === 0) return undefined
  const descriptions = items.map(([item, type]) =>
    withAttributes(element('tt:SimpleItemDescription'), { Name: item, Type: type }),
  )
  return element(name, descriptions)
}

function leaf(topic: Topic): XmlElement {
  const description = element(
    'tt:MessageDescription',
    described('tt:Source', topic.source),
    described('tt:Key', topic.key),
    described('tt:Data', topic.content),
  )
  return withAttributes(description, { IsProperty: topic.isProperty })
}

/** `depth` is how many parts of the path lie above. Only the first part is in the namespace. */
function branches(below: readonly Topic[], depth: number): XmlElement[] {
  const names = [...new Set(below.map((topic) => topic.path.split('/')[depth] ?? ''))]
  return names.map((name) => {
    const within = below.filter((topic) => topic.path.split('/')[depth] === name)
    const here = within.find((topic) => topic.path.split('/').length === depth + 1)
    const further = within.filter((topic) => topic !== here)
    const tag = depth === 0 ? `tns1:${name}` : name
    const node = element(tag, here ? leaf(here) : undefined, branches(further, depth + 1))
    return here ? withAttributes(node, { 'wstop:topic': true }) : node
  })
}

export function topicSet(): XmlElement {
  return element('wstop:TopicSet', branches(topics, 0))
}
