import type { ItemValue, RaisedEvent } from './events.ts'
import { tokens } from './onvif-service.ts'

/** What a camera notices, in a word each; the topics are those of ONVIF. */
export interface Alarms {
  /** Analytics saw something burn or smoke: the only words that ONVIF has for it. */
  objectDetected(classes: readonly string[]): void
  objectsInside(isInside: boolean, seen?: { classes?: readonly string[]; object?: string }): void
  temperature(isActive: boolean): void
  radiometry(isActive: boolean): void
  tamper(isActive: boolean): void
  sceneChange(isActive: boolean): void
  digitalInput(isActive: boolean, input?: string): void
  impairedVisibility(isActive: boolean): void
  motion(isActive: boolean): void
  /** What must never be kept: who was there. */
  face(isThere: boolean): void
  plate(number: string): void
}

const rule = (name: string) => ({ VideoSource: tokens.source, Rule: name })
const source = { Source: tokens.source }

function temperatureAlarm(isActive: boolean, at: string): RaisedEvent {
  return {
    topic: 'RuleEngine/Radiometry/TemperatureAlarm',
    source: {
      VideoSourceToken: tokens.source,
      VideoAnalyticsConfigurationToken: tokens.analytics,
      RuleName: 'HotSpot',
    },
    key: { RadiometryModuleID: 'Radiometry_1' },
    data: { AlarmActive: isActive, TimeStamp: at },
  }
}

export function createAlarms(raise: (event: RaisedEvent) => void, now: () => number): Alarms {
  const state = (topic: string, State: ItemValue) => raise({ topic, source, data: { State } })
  return {
    objectDetected: (classes) =>
      raise({
        topic: 'RuleEngine/ObjectDetection/Object',
        source: rule('FireAndSmoke'),
        data: { ClassTypes: classes.join(' ') },
      }),
    objectsInside: (isInside, { classes = [], object } = {}) =>
      raise({
        topic: 'RuleEngine/FieldDetector/ObjectsInside',
        source: rule('Field'),
        key: object === undefined ? {} : { ObjectId: object },
        data: {
          IsInside: isInside,
          ...(classes.length === 0 ? {} : { ClassTypes: classes.join(' ') }),
        },
      }),
    temperature: (isActive) => raise(temperatureAlarm(isActive, new Date(now()).toISOString())),
    radiometry: (isActive) => state('VideoSource/RadiometryAlarm', isActive),
    tamper: (isActive) =>
      raise({
        topic: 'RuleEngine/TamperDetector/Tamper',
        source: rule('Tamper'),
        data: { IsTamper: isActive },
      }),
    sceneChange: (isActive) => state('VideoSource/GlobalSceneChange/ImagingService', isActive),
    digitalInput: (isActive, input = 'DigitalInput_1') =>
      raise({
        topic: 'Device/Trigger/DigitalInput',
        source: { InputToken: input },
        data: { LogicalState: isActive },
      }),
    impairedVisibility: (isActive) => state('VideoSource/ImpairedVisibility', isActive),
    motion: (isActive) => state('VideoSource/MotionAlarm', isActive),
    face: (isThere) => state('RuleEngine/MyRuleDetector/FaceDetect', isThere),
    plate: (number) =>
      raise({
        topic: 'RuleEngine/Recognition/LicensePlate',
        source: rule('Plates'),
        data: { PlateNumber: number, Likelihood: 0.93 },
      }),
  }
}
