import { expect, it } from 'vitest'
import { metricsText } from '../../../gateway/http/metrics-text.ts'

const sample = { name: 'lianxun_x', kind: 'gauge', text: 'Some x.' } as const

it('puts samples of one name together under one help, whatever their order', () => {
  const other = { name: 'lianxun_y_total', kind: 'counter', text: 'Some y.', value: 0 } as const
  const samples = [
    { ...sample, labels: { adapter: 'mqtt' }, value: 1 },
    other,
    { ...sample, labels: { adapter: 'onvif' }, value: 2.5 },
  ]
  expect(metricsText(samples).split('\n')).toEqual([
    '# HELP lianxun_x Some x.',
    '# TYPE lianxun_x gauge',
    'lianxun_x{adapter="mqtt"} 1',
    'lianxun_x{adapter="onvif"} 2.5',
    '# HELP lianxun_y_total Some y.',
    '# TYPE lianxun_y_total counter',
    'lianxun_y_total 0',
    '',
  ])
})

it('escapes what would end a label early', () => {
  const labels = { path: 'C:\\a', said: '"hi"\nthere' }
  const [, , line] = metricsText([{ ...sample, labels, value: 1 }]).split('\n')
  expect(line).toBe('lianxun_x{path="C:\\\\a",said="\\"hi\\"\\nthere"} 1')
})

it('a figure that cannot be had is no number, not nought', () => {
  expect(metricsText([{ ...sample, value: Number.NaN }])).toContain('\nlianxun_x NaN\n')
})

it('of nothing is nothing', () => {
  expect(metricsText([])).toBe('')
})
