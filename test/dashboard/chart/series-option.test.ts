import { describe, expect, test } from 'vitest'
import { drawnPoints, seriesOption } from '../../../dashboard/src/chart/series-option.ts'

const series = {
  device: 'd',
  property: 'pm25',
  unit: 'µg/m³',
  resolution: 'raw' as const,
  points: [
    [1, 30],
    [2, 128],
  ],
}

interface Drawn {
  yAxis: { min: (v: object) => number; max: (v: object) => number }
  series: { name: string; markLine?: { data: object[] } }[]
}

describe('points', () => {
  test('raw ones are the line', () =>
    expect(drawnPoints(series).line).toEqual([
      [1, 30],
      [2, 128],
    ]))
  test('rolled-up ones are a mean with a band', () => {
    const drawn = drawnPoints({ resolution: 'hour', points: [[1, 10, 20, 35, 60]] })
    expect(drawn).toEqual({ line: [[1, 20]], low: [[1, 10]], span: [[1, 25]] })
  })
})

describe('option', () => {
  const option = seriesOption({
    series,
    from: 0,
    to: 3,
    zone: 'Asia/Shanghai',
    theme: 'dark',
    limit: { value: 200, label: '报警线 200' },
    alarm: { at: 2, severity: 'yellow' },
  }) as unknown as Drawn
  test('the limit stays in sight', () =>
    expect(option.yAxis.max({ min: 30, max: 128 })).toBeGreaterThan(200))
  test('small values are drawn from nought', () =>
    expect(option.yAxis.min({ min: 0.4, max: 8 })).toBe(0))
  test('limit and alarm are lines', () => {
    const line = option.series.find((one) => one.name === 'line')
    expect(line?.markLine?.data).toHaveLength(2)
  })
})
