import { describe, expect, test } from 'vitest'
import {
  healthAdvice,
  healthFacts,
  healthName,
  healthTitle,
} from '../../../dashboard/src/health/health-words.ts'
import { durationWords } from '../../../dashboard/src/i18n/language.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { type HealthFigures, judgeHealth } from '../../../gateway/health/conditions.ts'

const zh = createTranslate('zh')
const en = createTranslate('en')
const words = {
  zh: { language: 'zh' as const, t: zh, durations: durationWords(zh) },
  en: { language: 'en' as const, t: en, durations: durationWords(en) },
}
const now = Date.UTC(2026, 10, 21, 2, 24)
const dayMs = 86_400_000
const gb = 10 ** 9

const fine: HealthFigures = {
  now,
  storeFailure: null,
  disk: { freeBytes: 400 * gb, totalBytes: 500 * gb, daysLeft: null },
  rules: { failure: null, waiting: 0 },
  series: { waiting: 0, waitingSince: null, trouble: null, refused: 0 },
  adapters: [{ name: 'mqtt', trouble: null }],
  probe: { failure: null, silentS: 1, lastMs: 20 },
  devices: { offline: 0, all: 117 },
  throttled: 0,
  quarantineWaiting: 0,
  backup: { lastAt: now - 3_600_000, failure: null },
  audit: { brokenAt: null },
  certificateUntil: now + 300 * dayMs,
  certificateProblem: null,
  clockStepMs: null,
  hasTown: true,
  administratorsWithOneFactor: 0,
  notices: { count: 0, oldestAt: null, troubledSince: null },
}

function seriesState(minutes: number, trouble: string | null): Partial<HealthFigures> {
  const waitingSince = now - minutes * 60_000
  return { series: { waiting: 12, waitingSince, trouble, refused: 0 } }
}

/** Everything that can go wrong, as the gateway judges it. */
const troubles: [string, Partial<HealthFigures>][] = [
  ['store: full', { storeFailure: 'database or disk is full' }],
  ['store: locked', { storeFailure: 'database is locked' }],
  ['store: read-only', { storeFailure: 'attempt to write a readonly database' }],
  ['store: damaged', { storeFailure: 'database disk image is malformed' }],
  ['store: disk', { storeFailure: 'disk I/O error' }],
  ['store: other', { storeFailure: 'something else' }],
  ['disk: full', { disk: { freeBytes: 0, totalBytes: 500 * gb, daysLeft: 0 } }],
  ['disk: nearly', { disk: { freeBytes: 20 * gb, totalBytes: 500 * gb, daysLeft: 12 } }],
  ['rules: failing', { rules: { failure: 'database or disk is full', waiting: 7 } }],
  ['rules: failing otherwise', { rules: { failure: 'x', waiting: 7 } }],
  ['rules: behind', { rules: { failure: null, waiting: 200_000 } }],
  ['series: away', seriesState(4, 'X')],
  ['series: away for long', seriesState(40, 'X')],
  ['series: late', seriesState(7, null)],
  ['series: refused', { series: { waiting: 0, waitingSince: null, trouble: null, refused: 2 } }],
  ['mqtt', { adapters: [{ name: 'mqtt', trouble: 'ECONNREFUSED' }] }],
  ['probe: silent', { probe: { failure: '3 did not come back', silentS: 90, lastMs: null } }],
  ['probe: slow', { probe: { failure: null, silentS: 2, lastMs: 7_400 } }],
  ['devices', { devices: { offline: 3, all: 117 } }],
  ['flood', { throttled: 1 }],
  ['quarantine', { quarantineWaiting: 214 }],
  ['backup: none', { backup: { lastAt: null, failure: null } }],
  ['backup: old', { backup: { lastAt: now - 3 * dayMs, failure: null } }],
  ['backup: too old', { backup: { lastAt: now - 9 * dayMs, failure: null } }],
  ['backup: failed', { backup: { lastAt: now, failure: 'No space left on device.' } }],
  ['audit', { audit: { brokenAt: 41 } }],
  ['tls: soon', { certificateUntil: now + 5 * dayMs }],
  ['tls: over', { certificateUntil: now - dayMs }],
  ['clock: stepped', { clockStepMs: 3_600_000 }],
  ['clock: years off', { now: Date.UTC(2000, 0, 1) }],
  ['town', { hasTown: false }],
  ['people', { administratorsWithOneFactor: 2 }],
  ['notify', { notices: { count: 3, oldestAt: now - dayMs, troubledSince: now - dayMs } }],
]

const unknown = (t: typeof zh) => [t('health.other', { id: '' }), t('health.other.do')]

describe('everything the gateway finds has words of its own', () => {
  test.each(troubles)('%s', (name, figures) => {
    const id = name.split(':')[0]
    const item = judgeHealth({ ...fine, ...figures }).find((one) => one.id === id)
    if (!item) throw new Error(`${name} was not found`)
    expect(item.level).not.toBe('ok')
    for (const { t, language } of Object.values(words)) {
      const said = [
        healthTitle(item, t),
        healthAdvice(item, t),
        healthName(item.id, t),
        ...healthFacts(item, words[language]),
      ]
      for (const sentence of said) {
        expect(unknown(t)).not.toContain(sentence)
        expect(sentence).not.toMatch(/\{\w+\}/)
        if (language === 'en') expect(sentence).not.toMatch(/\p{Script=Han}/u)
        else expect(sentence.replace(/(mqtt|[kMG]?B)\b/g, '')).not.toMatch(/[A-Za-z]{2,}/)
      }
    }
  })
  test('and each thing that is looked at has a name', () => {
    for (const { id } of judgeHealth(fine)) expect(healthName(id, zh), id).not.toBe(id)
  })
})

describe('how bad, in figures', () => {
  const factsOf = (id: string, facts: Record<string, string | number>) =>
    healthFacts({ id, level: 'warn', facts }, words.zh)
  test.each<[string, Record<string, string | number>, string[]]>([
    [
      'disk',
      { freeBytes: 5_400_000_000, freePercent: 4.2, daysLeft: 12 },
      ['还剩 5.4\u2009GB（4.2%）', '照现在的速度 12 天后写满'],
    ],
    ['disk', { freeBytes: 5_400_000_000, freePercent: 4.2 }, ['还剩 5.4\u2009GB（4.2%）']],
    ['probe', { silentS: 90 }, ['1 分没有回来']],
    ['probe', { silentS: 2, lastMs: 7_400 }, ['上一次用了 7.4 秒']],
    ['devices', { offline: 3, devices: 117 }, ['117 台里有 3 台']],
    ['tls', { daysLeft: 5 }, ['还剩 5 天']],
    ['tls', { daysLeft: -1 }, []],
    ['series', { waiting: 340, minutes: 12, refused: 0 }, ['340 条在等写入', '晚了 12 分钟']],
    ['series', { waiting: 0, minutes: 0, refused: 4 }, ['4 条没收']],
    ['town', {}, []],
  ])('%s %j', (id, facts, said) => expect(factsOf(id, facts)).toEqual(said))
})

describe('an item of a newer gateway', () => {
  const item = { id: 'turbine', level: 'bad' as const, facts: {} }
  test('still says that something is wrong, and whom to ask', () => {
    expect(healthTitle(item, zh)).toBe('turbine 出了问题')
    expect(healthAdvice(item, zh)).toBe('请把这一页告诉维护人员。')
    expect(healthFacts(item, words.zh)).toEqual([])
  })
})
