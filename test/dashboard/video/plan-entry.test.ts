import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../dashboard/src/api/client.ts'
import {
  clockTimeOf,
  daysInWords,
  fieldsOfPlan,
  isGoodChecklist,
  isWithin,
  itemsOf,
  planOf,
  refusedFields,
  startsOf,
} from '../../../dashboard/src/video/plan-entry.ts'
import { videoPlanBodySchema } from '../../../gateway/http/schemas/video.ts'
import { aVideoPlan } from '../video-views.ts'

describe('a plan', () => {
  const fields = fieldsOfPlan(aVideoPlan())
  test('comes out of the form as it went in', () => {
    const { id: _id, ...plan } = aVideoPlan()
    expect(planOf(fields)).toEqual(plan)
  })
  test('is what the gateway takes', () => {
    const typed = {
      ...fields,
      name: '  林区 ',
      starts: ['14:00', '8:30', '0830'],
      weekdays: [7, 1],
      checklist: ' 有烟 \n\n有烟\n有火',
    }
    const plan = planOf(typed)
    expect(videoPlanBodySchema.parse(plan)).toEqual(plan)
    expect(plan).toMatchObject({
      name: '林区',
      starts: ['08:30', '14:00'],
      weekdays: [1, 7],
      checklist: ['有烟', '有火'],
    })
  })
  test.each([
    { name: ' ' },
    { name: undefined },
    { scope: undefined },
    { windowMin: null },
    { starts: [] },
    { starts: ['25:00'] },
  ])('without %j is not sent', (part) => {
    expect(planOf({ ...fields, ...part })).toBeNull()
  })
})

describe('times as people type them', () => {
  test.each([
    ['8:30', '08:30'],
    ['0830', '08:30'],
    ['8：30', '08:30'],
    [' 23:59 ', '23:59'],
    ['24:00', null],
    ['8:60', null],
    ['morning', null],
    ['', null],
  ])('%s', (typed, time) => expect(clockTimeOf(typed)).toBe(time))
  test('sorted, none twice', () =>
    expect(startsOf(['14:00', '8:30', '08:30'])).toEqual(['08:30', '14:00']))
  test('one that is none spoils all', () => expect(startsOf(['14:00', 'x'])).toBeNull())
})

describe('the check list', () => {
  test('one item a line', () => expect(itemsOf('a\r\n b \n\n')).toEqual(['a', 'b']))
  test('may be empty', () => expect(isGoodChecklist('')).toBe(true))
  test('twelve at most', () => {
    const lines = (n: number) => Array.from({ length: n }, (_, at) => `${at}`).join('\n')
    expect(isGoodChecklist(lines(12))).toBe(true)
    expect(isGoodChecklist(lines(13))).toBe(false)
  })
  test('sixty characters at most', () => {
    expect(isGoodChecklist('x'.repeat(60))).toBe(true)
    expect(isGoodChecklist('x'.repeat(61))).toBe(false)
  })
})

describe('the walk', () => {
  test('a camera lies in a place by its grid, else by its village', () => {
    const camera = { id: 'c', name: 'c', village: '990101101205', grid: null }
    expect(isWithin('990101101', camera)).toBe(true)
    expect(isWithin('990101101205', camera)).toBe(true)
    expect(isWithin('990101101205001', camera)).toBe(false)
    expect(isWithin('990101101205001', { ...camera, grid: '990101101205001' })).toBe(true)
    expect(isWithin('990101101206', camera)).toBe(false)
    expect(isWithin(undefined, camera)).toBe(false)
  })
})

describe('what the gateway refused stands at its field', () => {
  const refused = (problem: object, status = 400) =>
    refusedFields(new ApiError('invalid', { type: 't', title: 't', status, ...problem }))
  test('named one by one', () =>
    expect(
      refused({
        errors: [
          { path: 'cameras/0', message: 'x' },
          { path: 'windowMin', message: 'x' },
          { path: 'body.starts.1', message: 'x' },
        ],
      }),
    ).toEqual(['cameras', 'starts', 'windowMin']))
  test('or at the beginning of the sentence', () =>
    expect(refused({ detail: 'cameras: there is no camera v9 in 990101101.' })).toEqual([
      'cameras',
    ]))
  test('a place that is none of ours', () => expect(refused({}, 404)).toEqual(['scope']))
  test('something else', () => {
    expect(refused({ detail: 'The names are wrong.' })).toEqual([])
    expect(refusedFields(new ApiError('away', null))).toEqual([])
    expect(refusedFields(new Error('x'))).toEqual([])
  })
})

test.each([
  [[1, 2, 3, 4, 5, 6, 7], 'everyDay'],
  [[5, 4, 3, 2, 1], 'workDays'],
  [[6, 7], 'listed'],
  [[], 'listed'],
])('%j is %s', (days, words) => expect(daysInWords(days)).toBe(words))
