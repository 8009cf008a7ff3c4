import { expect, test } from 'vitest'
import {
  defaultCameraRules,
  defaultMappings,
  missingRules,
} from '../../../gateway/domain/camera-event-defaults.ts'
import type { Rule } from '../../../gateway/domain/rule.ts'
import { eventMappingSchema } from '../../../gateway/http/schemas/cameras.ts'
import { ruleShape } from '../../../gateway/storage/town-files/shapes.ts'
import { sampleTown } from '../pipeline/sample-town.ts'

const sample = sampleTown()

test('every default mapping is one that people could have made', () => {
  for (const mapping of defaultMappings) expect(eventMappingSchema.parse(mapping)).toEqual(mapping)
  expect(new Set(defaultMappings.map(({ id }) => id)).size).toBe(defaultMappings.length)
})

test('every default rule is one that a file could hold, of a hazard of the town', () => {
  const hazards = sample.hazards.map(({ id }) => id)
  for (const rule of defaultCameraRules([])) {
    expect(ruleShape.parse(rule)).toEqual(rule)
    expect(hazards).toContain(rule.hazard)
  }
})

test('the sample town keeps its own rule for fire and gets the others', () => {
  expect(defaultCameraRules(sample.rules).map(({ id }) => id)).toEqual([
    'camera-heat',
    'camera-tamper',
    'camera-signalLoss',
    'camera-visibility',
    'camera-digitalInput',
    'camera-path',
    'camera-picture',
    'camera-round',
  ])
})

test('a rule of the same id is left alone; one of sensors does not stand for cameras', () => {
  const own: Rule = {
    id: 'camera-heat',
    name: '自定',
    hazard: 'forestFire',
    severity: 'red',
    kinds: ['smokeSensor'],
    when: { event: ['heat'] },
  }
  expect(defaultCameraRules([own]).map(({ id }) => id)).not.toContain('camera-heat')
  const heat = defaultMappings.filter(({ type }) => type === 'heat')
  expect(missingRules(heat, [own])).toEqual([])
  expect(missingRules(heat, [{ ...own, id: 'other' }])).toMatchObject([{ id: 'camera-heat' }])
})

test('one rule is made for a type that several mappings name', () => {
  const twice = defaultMappings.filter(({ type }) => type === 'tamper')
  expect(twice.length).toBeGreaterThan(1)
  expect(missingRules(twice, [])).toHaveLength(1)
})
