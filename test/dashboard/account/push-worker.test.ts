import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { enTerms } from '../../../dashboard/src/i18n/en-terms.ts'
import { zhTerms } from '../../../dashboard/src/i18n/zh-terms.ts'
import { noticeActs } from '../../../gateway/domain/notice.ts'

/** The worker's words, which no build takes from the dictionaries. How it acts is in test/e2e/push.test.ts. */

interface WorkerWords {
  acts: Record<string, string>
  hazards?: Record<string, string>
}

const file = new URL('../../../dashboard/public/push-worker.js', import.meta.url)
const house = createContext({ self: { addEventListener: () => undefined } })
runInContext(readFileSync(file, 'utf8'), house)
const words = runInContext('words', house) as Record<'zh' | 'en', WorkerWords>

function hazardsOf(terms: Record<string, string>): Record<string, string> {
  const own = Object.entries(terms).filter(([key]) => key.startsWith('hazard.'))
  return Object.fromEntries(own.map(([key, name]) => [key.slice('hazard.'.length), name]))
}

describe('the words of the push worker', () => {
  test.each(['zh', 'en'] as const)('in %s there is one for whatever may be told', (language) => {
    const known = Object.entries(words[language].acts)
    expect(known.map(([act]) => act).toSorted()).toEqual([...noticeActs, 'test'].toSorted())
    const strange = language === 'zh' ? /[A-Za-z]/ : /\p{Script=Han}/u
    expect(known.filter(([, said]) => said === '' || strange.test(said))).toEqual([])
  })
  test('hazards are called as everywhere else', () => {
    const { test: _message, ...hazards } = words.en.hazards ?? {}
    expect(hazards).toEqual(hazardsOf(enTerms))
    expect(Object.keys(hazards)).toEqual(Object.keys(hazardsOf(zhTerms)))
  })
})
