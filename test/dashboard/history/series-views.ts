import type {
  Comparison,
  SeriesImport,
  SeriesMarks,
  SeriesOverview,
} from '../../../dashboard/src/api/history-queries.ts'

/** Series as the gateway tells of them, with only what a test cares about spelled out. */

export function aComparison(part: Partial<Comparison> = {}): Comparison {
  return {
    resolution: 'raw',
    series: [{ device: 'v2-pm4', property: 'pm25', unit: 'µg/m³', points: [] }],
    ...part,
  }
}

export function marks(part: Partial<SeriesMarks> = {}): SeriesMarks {
  return { thresholds: [], alarms: [], ...part }
}

export function aThreshold(
  part: Partial<SeriesMarks['thresholds'][number]> = {},
): SeriesMarks['thresholds'][number] {
  return {
    device: 'v5-smoke2',
    property: 'smoke',
    rule: 'smoke-high',
    name: '林火烟感报警',
    severity: 'orange',
    value: 5,
    side: 'above',
    ...part,
  }
}

export function aMark(
  part: Partial<SeriesMarks['alarms'][number]> = {},
): SeriesMarks['alarms'][number] {
  return {
    id: 'alarm-1',
    device: 'v5-smoke2',
    property: 'smoke',
    name: '林火烟感报警',
    severity: 'orange',
    from: 1_000_000,
    to: null,
    case: 'case-1',
    ...part,
  }
}

type Item = SeriesOverview['items'][number]

export function anItem(part: Partial<Item> = {}): Item {
  return {
    device: 'v5-smoke2',
    deviceName: '松林村林火烟感2',
    village: '990101101205',
    property: 'smoke',
    unit: '%/m',
    latest: [1_000, 0.4],
    points: [[0, 0.2, 0.4, 0.6, 3]],
    ...part,
  }
}

export function anImport(part: Partial<SeriesImport> = {}): SeriesImport {
  return {
    id: 'import-1',
    name: '1.csv',
    at: 1_000_000,
    by: '值守员甲',
    state: 'done',
    progress: 1,
    readings: 1_234,
    leftOut: 0,
    tooOld: 0,
    errors: [],
    errorCount: 0,
    problem: null,
    ...part,
  }
}
