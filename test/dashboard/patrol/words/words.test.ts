import { describe, expect, test } from 'vitest'
import { dictionaries, hazardName, words } from '../../../../dashboard/patrol/words/words.ts'
import { caseStates } from '../../../../gateway/domain/case.ts'
import { refusals } from '../../../../gateway/domain/checkin.ts'
import { roundStates } from '../../../../gateway/domain/patrol.ts'

const chinese: Record<string, string> = dictionaries.zh
const english: Record<string, string> = dictionaries.en
const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).toSorted()

describe('the phone speaks both languages', () => {
  test('with the same keys', () =>
    expect(Object.keys(english).toSorted()).toEqual(Object.keys(chinese).toSorted()))
  test.each(Object.keys(chinese))('%s', (key) => {
    const [inChinese, inEnglish] = [chinese[key] ?? '', english[key] ?? '']
    // What has no direction in Chinese has none in English, and the other way round.
    expect(placeholders(inEnglish)).toEqual(placeholders(inChinese))
    expect(inEnglish.trim()).not.toBe('')
    expect(inChinese.trim()).not.toBe('')
    expect(inEnglish).not.toMatch(/\p{Script=Han}/u)
    // The address of a page begins with it, and so people know it.
    expect(inChinese.replace(/\{\w+\}|https/g, '')).not.toMatch(/[A-Za-z]{2,}/)
  })
})

describe('every name of the domain has its word', () => {
  const groups: [string, readonly string[]][] = [
    ['state', caseStates],
    ['refusal', refusals],
    ['round', roundStates],
  ]
  test.each(groups)('%s', (group, names) => {
    for (const name of names) expect(chinese).toHaveProperty([`${group}.${name}`])
  })
})

describe('a hazard', () => {
  const named = [
    { id: 'forestFire', name: '山火' },
    { id: 'stall', name: '占道经营' },
  ]
  test('is called as the town calls it', () =>
    expect(hazardName(words.zh, 'forestFire', named)).toBe('山火'))
  test('in English by the word for it', () =>
    expect(hazardName(words.en, 'forestFire', named)).toBe('Forest fire'))
  test('the town made is shown as it is', () =>
    expect(hazardName(words.en, 'stall', named)).toBe('占道经营'))
  test('nobody knows the name of keeps its id', () =>
    expect(hazardName(words.zh, 'new', named)).toBe('new'))
})

test('what is filled in', () => {
  expect(words.zh.t('home.queue', { n: 3 })).toBe('待上传 3')
  expect(words.en.t('queue.sendingPart', { percent: 62 })).toBe('Uploading 62 %')
  expect(words.zh.t('home.queue')).toBe('待上传 {n}')
})
