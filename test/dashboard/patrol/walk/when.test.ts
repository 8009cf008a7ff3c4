import { expect, test } from 'vitest'
import { whenOf } from '../../../../dashboard/patrol/walk/when.ts'
import { words } from '../../../../dashboard/patrol/words/words.ts'
import { tenSixteen } from '../phone-scenes.ts'

const hour = 3_600_000
const say = (hours: number, language: 'zh' | 'en' = 'zh') =>
  whenOf(tenSixteen + hours * hour, tenSixteen, 'Asia/Shanghai', words[language])

test('a time is said by its day in the town', () => {
  expect(say(4)).toBe('今天 14:16')
  expect(say(13.6)).toBe('今天 23:52')
  expect(say(14)).toBe('明天 00:16')
  expect(say(-11)).toBe('昨天 23:16')
  expect(say(72)).toBe('11月24日 周二 10:16')
  expect(say(22, 'en')).toBe('tomorrow 08:16')
})
