import { describe, expect, it, test } from 'vitest'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import { defaultMappings } from '../../../gateway/domain/camera-event-defaults.ts'
import { fitsTopic, meaningOf } from '../../../gateway/domain/camera-event-match.ts'
import type { CameraMessage, Items } from '../../../gateway/domain/camera-message.ts'

const field = 'RuleEngine/FieldDetector/ObjectsInside'

function message(topic: string, content: Items, over: Partial<CameraMessage> = {}): CameraMessage {
  return { topic, operation: 'changed', source: [], key: [], content, at: null, ...over }
}

function mapping(over: Partial<EventMapping> = {}): EventMapping {
  return {
    id: 'm',
    topic: 'A/B',
    item: 'State',
    values: ['true'],
    type: 'x',
    hazard: 'deviceFault',
    severity: 'blue',
    holdS: null,
    ...over,
  }
}

/** `active ID`, or the kind. */
function brief(one: CameraMessage, mappings: readonly EventMapping[]): string {
  const meaning = meaningOf(one, mappings)
  return meaning.kind === 'active' ? `active ${meaning.mapping.id}` : meaning.kind
}

test.each([
  ['A/B', 'A/B', true],
  ['A/B', 'A/B/C', false],
  ['A/*', 'A/B', true],
  ['*/B', 'A/B', true],
  ['A/*', 'A/B/C', false],
  ['*', 'A/B', false],
  ['a/B', 'A/B', false],
  ['axis.com:A/B', 'A/B', false],
])('%s fits %s: %s', (pattern, topic, fits) => {
  expect(fitsTopic(pattern, topic)).toBe(fits)
})

describe('the usual mappings', () => {
  const rows: [string, string, Items, string][] = [
    [
      'fire in a field',
      field,
      [
        ['IsInside', 'true'],
        ['ClassTypes', 'Fire'],
      ],
      'active field-fire',
    ],
    [
      'smoke among others',
      field,
      [
        ['IsInside', '1'],
        ['ClassTypes', 'Vehicle Smoke'],
      ],
      'active field-smoke',
    ],
    [
      'both: the first counts',
      field,
      [
        ['IsInside', '1'],
        ['ClassTypes', 'Smoke Fire'],
      ],
      'active field-fire',
    ],
    [
      'the field is empty',
      field,
      [
        ['IsInside', 'false'],
        ['ClassTypes', 'Fire'],
      ],
      'over',
    ],
    ['the field is empty, without a class', field, [['IsInside', '000']], 'over'],
    [
      'somebody in the field',
      field,
      [
        ['IsInside', 'true'],
        ['ClassTypes', 'Human'],
      ],
      'unmapped',
    ],
    [
      'a class of another spelling',
      field,
      [
        ['IsInside', 'true'],
        ['ClassTypes', 'fire'],
      ],
      'active field-fire',
    ],
    [
      'a detected fire',
      'RuleEngine/ObjectDetection/Object',
      [['ClassTypes', 'Fire']],
      'active object-fire',
    ],
    ['a detected car', 'RuleEngine/ObjectDetection/Object', [['ClassTypes', 'Car']], 'unmapped'],
    [
      'heat',
      'RuleEngine/Radiometry/TemperatureAlarm',
      [['AlarmActive', 'true']],
      'active thermal-alarm',
    ],
    ['no heat', 'RuleEngine/Radiometry/TemperatureAlarm', [['AlarmActive', '0']], 'over'],
    [
      'a source too hot',
      'VideoSource/RadiometryAlarm',
      [['State', 'active']],
      'active thermal-source',
    ],
    [
      'tamper, whatever its item',
      'RuleEngine/TamperDetector/Tamper',
      [['IsTamper', '1']],
      'active tamper',
    ],
    ['tamper over', 'RuleEngine/TamperDetector/Tamper', [['IsTamper', 'false']], 'over'],
    [
      'another scene',
      'VideoSource/GlobalSceneChange/ImagingService',
      [['State', 'true']],
      'active scene-change',
    ],
    ['no signal', 'VideoSource/SignalLoss', [['State', '001']], 'active signal-loss'],
    ['fog', 'VideoSource/ImpairedVisibility', [['State', 'true']], 'active visibility'],
    [
      'a contact',
      'Device/Trigger/DigitalInput',
      [['LogicalState', 'true']],
      'active digital-input',
    ],
    ['a contact at rest', 'Device/Trigger/DigitalInput', [['LogicalState', 'false']], 'over'],
    ['motion', 'VideoSource/MotionAlarm', [['State', 'true']], 'unmapped'],
    ['nothing known', 'Monitoring/ProcessorUsage', [['Value', '4']], 'unmapped'],
    ['a maker of another namespace', `axis.com:${field}`, [['ClassTypes', 'Fire']], 'unmapped'],
  ]
  it.each(rows)('%s', (_, topic, content, expected) => {
    expect(brief(message(topic, content), defaultMappings)).toBe(expected)
  })
})

describe('a mapping', () => {
  const rows: [string, Partial<EventMapping>, Items, string][] = [
    ['of any value', { values: [] }, [['State', 'whatever']], 'active m'],
    ['of any value, said to be over', { values: [] }, [['State', 'false']], 'over'],
    ['of an item that is not there', {}, [['Other', 'true']], 'unmapped'],
    ['of the topic alone', { item: null, values: [] }, [], 'active m'],
    ['of the topic alone, said to be over', { item: null, values: [] }, [['IsThere', '0']], 'over'],
    ['of a contact that is closed at rest', { values: ['false'] }, [['State', '0']], 'active m'],
    [
      'of a contact that is closed at rest, at rest',
      { values: ['false'] },
      [['State', '1']],
      'over',
    ],
    ['of a level', { item: 'Level', values: ['3'] }, [['Level', '3']], 'active m'],
    ['of another level', { item: 'Level', values: ['3'] }, [['Level', '7']], 'unmapped'],
    ['of a level that is zero', { item: 'Level', values: ['3'] }, [['Level', '0']], 'unmapped'],
    ['of one of several words', { item: 'K', values: ['a', 'b'] }, [['K', 'c,B']], 'active m'],
    ['of a word within another', { item: 'K', values: ['Fire'] }, [['K', 'Firefly']], 'unmapped'],
  ]
  it.each(rows)('%s', (_, over, content, expected) => {
    expect(brief(message('A/B', content), [mapping(over)])).toBe(expected)
  })

  it('may look at keys and sources', () => {
    const one = message('A/B', [], { key: [['Zone', 'north']], source: [['Cam', '2']] })
    expect(brief(one, [mapping({ item: 'Zone', values: ['north'] })])).toBe('active m')
    expect(brief(one, [mapping({ item: 'Cam', values: ['2'] })])).toBe('active m')
    expect(brief(one, [mapping({ item: 'Cam', values: ['3'] })])).toBe('unmapped')
  })

  it('is found past one that says nothing', () => {
    const first = mapping({ id: 'first', item: 'None' })
    expect(brief(message('A/B', [['State', 'true']]), [first, mapping()])).toBe('active m')
  })
})
