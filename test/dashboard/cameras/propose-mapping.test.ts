import { describe, expect, test } from 'vitest'
import {
  freeMappingId,
  moved,
  proposeMapping,
  typeOfTopic,
} from '../../../dashboard/src/cameras/propose-mapping.ts'
import type { UnmappedTopic } from '../../../gateway/domain/camera-event.ts'
import { defaultMappings } from '../../../gateway/domain/camera-event-defaults.ts'
import { eventMappingSchema } from '../../../gateway/http/schemas/cameras.ts'

const hazards = ['forestFire', 'strawBurning', 'deviceFault']

describe('what a topic probably means', () => {
  const seen: (Pick<UnmappedTopic, 'topic' | 'items'> & {
    type: string
    hazard: string
    severity: string
  })[] = [
    {
      topic: 'VideoSource/ImageTooDark/ImagingService',
      items: { State: '1' },
      type: 'visibility',
      hazard: 'deviceFault',
      severity: 'blue',
    },
    {
      topic: 'RuleEngine/MyFireDetector/Alarm',
      items: { State: 'true' },
      type: 'fire',
      hazard: 'forestFire',
      severity: 'red',
    },
    {
      topic: 'example.org:RuleEngine/SmokeColumn',
      items: { State: 'true' },
      type: 'smoke',
      hazard: 'forestFire',
      severity: 'orange',
    },
    {
      topic: 'RuleEngine/ObjectDetection/Object',
      items: { ClassTypes: 'Smoke' },
      type: 'smoke',
      hazard: 'forestFire',
      severity: 'orange',
    },
    {
      topic: 'VideoSource/ThermalAlarm',
      items: { State: 'true' },
      type: 'heat',
      hazard: 'forestFire',
      severity: 'orange',
    },
    {
      topic: 'VideoAnalytics/LensCovered',
      items: { Active: 'true' },
      type: 'tamper',
      hazard: 'deviceFault',
      severity: 'yellow',
    },
    {
      topic: 'Device/Trigger/Relay',
      items: { LogicalState: 'active' },
      type: 'digitalInput',
      hazard: 'forestFire',
      severity: 'yellow',
    },
    {
      topic: 'VideoSource/MotionAlarm',
      items: { State: 'true' },
      type: 'motionAlarm',
      hazard: 'forestFire',
      severity: 'yellow',
    },
  ]
  test.each(seen)('$topic', ({ topic, items, ...meant }) =>
    expect(proposeMapping({ topic, items }, hazards)).toMatchObject(meant),
  )
  test('a state ends by itself, a happening after a while', () => {
    const state = proposeMapping({ topic: 'A/B', items: { State: 'false' } }, hazards)
    expect(state).toMatchObject({ item: 'State', values: ['true'], holdS: null })
    const once = proposeMapping({ topic: 'A/B', items: { Count: '3' } }, hazards)
    expect(once).toMatchObject({ item: null, values: [], holdS: 60 })
    const seen = proposeMapping({ topic: 'A/B', items: { ClassTypes: 'Fire Smoke' } }, hazards)
    expect(seen).toMatchObject({ item: 'ClassTypes', values: ['Fire', 'Smoke'], holdS: 60 })
  })
  test('a town without that hazard is offered one of its own', () =>
    expect(proposeMapping({ topic: 'Fire', items: {} }, ['flood']).hazard).toBe('flood'))
  test.each(['', '///', '9/8', 'A/x.y:Zündung', `A/${'long'.repeat(30)}`])(
    'the gateway takes what is made of %j',
    (topic) => {
      const id = freeMappingId('x', [])
      const entry = { id, ...proposeMapping({ topic: `${topic}T`, items: {} }, hazards) }
      expect(eventMappingSchema.safeParse(entry).success).toBe(true)
    },
  )
  test('the type is the last level as one word', () => {
    expect(typeOfTopic('RuleEngine/FieldDetector/ObjectsInside')).toBe('objectsInside')
    expect(typeOfTopic('A/123')).toBe('cameraEvent')
  })
})

test('ids are free ones', () => {
  expect(freeMappingId('smoke', ['fire'])).toBe('smoke')
  expect(freeMappingId('smoke', ['smoke', 'smoke-2'])).toBe('smoke-3')
})

describe('the order', () => {
  test('one up, one down, and not beyond the ends', () => {
    expect(moved([1, 2, 3], 2, -1)).toEqual([1, 3, 2])
    expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3])
    expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3])
    expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3])
  })
  test('of the mappings nothing is lost', () => {
    const list = moved([...defaultMappings], 3, 1)
    expect(new Set(list.map(({ id }) => id)).size).toBe(defaultMappings.length)
  })
})
