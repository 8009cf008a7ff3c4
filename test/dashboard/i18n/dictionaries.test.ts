import { describe, expect, test } from 'vitest'
import {
  createTranslate,
  dictionaries,
  type Key,
  term,
} from '../../../dashboard/src/i18n/translate.ts'
import { alarmStates } from '../../../gateway/domain/alarm.ts'
import { caseStates, caseSteps, tiers } from '../../../gateway/domain/case.ts'
import { deviceKinds, deviceStates } from '../../../gateway/domain/device.ts'
import { observedProperties } from '../../../gateway/domain/observation.ts'
import { roles } from '../../../gateway/domain/person.ts'
import { severities } from '../../../gateway/domain/severity.ts'

const chinese: Record<string, string> = dictionaries.zh
const english: Record<string, string> = dictionaries.en
const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).toSorted()

describe('both languages', () => {
  test('have the same keys', () => {
    expect(Object.keys(english).toSorted()).toEqual(Object.keys(chinese).toSorted())
  })
  test.each(Object.keys(chinese))('%s', (key) => {
    const [inChinese, inEnglish] = [chinese[key] ?? '', english[key] ?? '']
    expect(placeholders(inEnglish)).toEqual(placeholders(inChinese))
    expect(inEnglish.trim()).not.toBe('')
    expect(inChinese.trim()).not.toBe('')
    expect(inEnglish).not.toMatch(/\p{Script=Han}/u)
    expect(inChinese.replace(/\{\w+\}/g, '')).not.toMatch(/[A-Za-z]{2,}/)
  })
})

describe('every name of the domain has its word', () => {
  const groups: [string, readonly string[]][] = [
    ['state', caseStates],
    ['step', caseSteps],
    ['done', caseSteps],
    ['tier', tiers],
    ['alarm', alarmStates],
    ['kind', deviceKinds],
    ['deviceState', deviceStates],
    ['property', Object.keys(observedProperties)],
    ['role', roles],
    ['severity', severities],
  ]
  test.each(groups)('%s', (group, names) => {
    for (const name of names) expect(chinese).toHaveProperty([`${group}.${name}`])
  })
})

describe('translate', () => {
  const t = createTranslate('zh')
  test('fills in', () =>
    expect(t('live.stale', { time: '10:21' })).toBe('数据停在 10:21，正在重连'))
  test('what is not given stays visible', () => expect(t('live.age')).toBe('{age}前'))
  test('a term the town made up is shown as it is', () => {
    expect(term(t, 'hazard', '占道经营')).toBe('占道经营')
    expect(term(t, 'hazard', 'forestFire')).toBe('森林火情')
  })
  test('keys are typed', () => {
    const key: Key = 'product'
    expect(createTranslate('en')(key)).toBe('Lianxun')
  })
})
