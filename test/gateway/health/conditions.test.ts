import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HealthFigures, judgeHealth } from '../../../gateway/health/conditions.ts'

const now = Date.UTC(2026, 10, 22)
const dayMs = 86_400_000
const minuteMs = 60_000
const gib = 1024 ** 3

const well: HealthFigures = {
  now,
  storeFailure: null,
  disk: { freeBytes: 50 * gib, totalBytes: 100 * gib, daysLeft: null },
  rules: { failure: null, waiting: 12 },
  series: { waiting: 3, waitingSince: now - 1000, trouble: null, refused: 0 },
  adapters: [{ name: 'mqtt', trouble: null }],
  probe: { failure: null, silentS: 4, lastMs: 12 },
  devices: { offline: 0, all: 117 },
  throttled: 0,
  quarantineWaiting: 0,
  backup: { lastAt: now - dayMs, failure: null },
  audit: { brokenAt: null },
  certificateUntil: now + 90 * dayMs,
  certificateProblem: null,
  clockStepMs: null,
  hasTown: true,
  administratorsWithOneFactor: 0,
  notices: { count: 0, oldestAt: null, troubledSince: null },
}

const disk = (freeBytes: number, totalBytes: number, daysLeft: number | null = null) => ({
  disk: { freeBytes, totalBytes, daysLeft },
})

it('a house that is well has nothing to attend to', () => {
  const items = judgeHealth(well)
  expect(items.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(items).toHaveLength(16)
})

const rows: [string, Partial<HealthFigures>, string, string, Record<string, unknown>, RegExp][] = [
  [
    'store',
    { storeFailure: 'database or disk is full' },
    'store',
    'bad',
    { cause: 'full' },
    /disk is full.*goes on by itself/,
  ],
  [
    'store',
    { storeFailure: 'database is locked' },
    'store',
    'bad',
    { cause: 'locked' },
    /Another program/,
  ],
  [
    'store',
    { storeFailure: 'attempt to write a readonly database' },
    'store',
    'bad',
    { cause: 'readonly' },
    /LIANXUN_DATA_DIR/,
  ],
  [
    'store',
    { storeFailure: 'database disk image is malformed' },
    'store',
    'bad',
    { cause: 'damaged' },
    /Restore the last backup/,
  ],
  [
    'store',
    { storeFailure: 'disk I/O error' },
    'store',
    'bad',
    { cause: 'disk' },
    /Look at its health/,
  ],
  ['store', { storeFailure: 'something new' }, 'store', 'bad', { cause: 'other' }, /something new/],
  [
    'disk 10 %',
    disk(9.9 * gib, 100 * gib),
    'disk',
    'warn',
    { freePercent: 9.9 },
    /9\.9 GiB are free/,
  ],
  ['disk 2 GiB', disk(1.9 * gib, 10 * gib), 'disk', 'warn', { freePercent: 19 }, /1\.9 GiB/],
  ['disk days', disk(5 * gib, 100 * gib, 12), 'disk', 'warn', { daysLeft: 12 }, /full in 12 days/],
  [
    'disk in a month',
    disk(50 * gib, 100 * gib, 29),
    'disk',
    'warn',
    { cause: 'soon', daysLeft: 29 },
    /full in 29 days/,
  ],
  [
    'disk in a week',
    disk(50 * gib, 100 * gib, 6),
    'disk',
    'bad',
    { cause: 'soon', daysLeft: 6 },
    /shorten the retention/,
  ],
  [
    'disk 2 %',
    disk(1.9 * gib, 100 * gib),
    'disk',
    'bad',
    { freePercent: 1.9 },
    /Free some space at once/,
  ],
  ['disk full', disk(1024, 8192), 'disk', 'bad', { freeBytes: 1024 }, /nothing need be restarted/],
  [
    'rules fail',
    { rules: { failure: 'database or disk is full', waiting: 7 } },
    'rules',
    'bad',
    { waiting: 7, cause: 'full' },
    /no alarm is raised meanwhile/,
  ],
  [
    'series away',
    {
      series: { waiting: 40, waitingSince: now - 9 * minuteMs, trouble: 'X is away.', refused: 2 },
    },
    'series',
    'warn',
    { cause: 'away', waiting: 40, minutes: 9, refused: 2, reason: 'X is away.' },
    /last 9 minutes .*kept in the log.* X is away\./,
  ],
  [
    'series away for long',
    {
      series: { waiting: 40, waitingSince: now - 10 * minuteMs, trouble: 'X is away.', refused: 0 },
    },
    'series',
    'bad',
    { cause: 'away', minutes: 10 },
    /X is away/,
  ],
  [
    'series away, and nothing to write',
    { series: { waiting: 0, waitingSince: null, trouble: 'X is away.', refused: 0 } },
    'series',
    'warn',
    { minutes: 0 },
    /X is away/,
  ],
  [
    'series late',
    { series: { waiting: 9000, waitingSince: now - 5 * minuteMs, trouble: null, refused: 1 } },
    'series',
    'warn',
    { cause: 'slow', waiting: 9000, minutes: 5 },
    /too slow/,
  ],
  [
    'series refused',
    { series: { waiting: 1, waitingSince: now, trouble: null, refused: 4 } },
    'series',
    'warn',
    { cause: 'refused', refused: 4 },
    /4 readings.*series_refused/,
  ],
  [
    'rules late',
    { rules: { failure: null, waiting: 100_001 } },
    'rules',
    'warn',
    { waiting: 100_001 },
    /too slow/,
  ],
  [
    'mqtt',
    { adapters: [{ name: 'mqtt', trouble: 'is not connected' }] },
    'mqtt',
    'bad',
    { adapter: 'mqtt' },
    /Look at the broker/,
  ],
  [
    'probe',
    { probe: { failure: '3 in a row', silentS: 44, lastMs: null } },
    'probe',
    'bad',
    { silentS: 44 },
    /3 in a row/,
  ],
  [
    'probe slow',
    { probe: { failure: null, silentS: 4, lastMs: 6000 } },
    'probe',
    'warn',
    { lastMs: 6000 },
    /too busy/,
  ],
  [
    'devices',
    { devices: { offline: 3, all: 117 } },
    'devices',
    'warn',
    { offline: 3, devices: 117 },
    /3 of 117/,
  ],
  ['flood', { throttled: 2 }, 'flood', 'warn', { devices: 2 }, /mend or block/],
  [
    'quarantine',
    { quarantineWaiting: 9 },
    'quarantine',
    'warn',
    { waiting: 9 },
    /replay or discard/,
  ],
  [
    'backup none',
    { backup: { lastAt: null, failure: null } },
    'backup',
    'warn',
    { cause: 'none' },
    /no backup yet/,
  ],
  [
    'backup old',
    { backup: { lastAt: now - 2 * dayMs, failure: null } },
    'backup',
    'warn',
    { cause: 'old', ageDays: 2 },
    /2 days old/,
  ],
  [
    'backup ancient',
    { backup: { lastAt: now - 7 * dayMs, failure: null } },
    'backup',
    'bad',
    { cause: 'old', ageDays: 7 },
    /7 days old/,
  ],
  [
    'backup failed',
    { backup: { lastAt: now - dayMs, failure: 'No room.' } },
    'backup',
    'bad',
    { cause: 'failed', ageDays: 1, reason: 'No room.' },
    /failed: No room\./,
  ],
  ['audit', { audit: { brokenAt: 17 } }, 'audit', 'bad', { brokenAt: 17 }, /Entry 17/],
  [
    'tls soon',
    { certificateUntil: now + 20.5 * dayMs },
    'tls',
    'warn',
    { daysLeft: 20 },
    /expires in 20 days/,
  ],
  ['tls over', { certificateUntil: now }, 'tls', 'bad', { daysLeft: 0 }, /has expired/],
  [
    'clock step',
    { clockStepMs: -3_600_000 },
    'clock',
    'warn',
    { stepS: -3600 },
    /jumped by -3600 s/,
  ],
  [
    'clock 1970',
    { now: 1000, certificateUntil: null, backup: null },
    'clock',
    'bad',
    {},
    /years behind/,
  ],
  ['town', { hasTown: false }, 'town', 'warn', {}, /import DIR/],
  [
    'people',
    { administratorsWithOneFactor: 2 },
    'people',
    'warn',
    { administrators: 2 },
    /second factor/,
  ],
  [
    'notices',
    { notices: { count: 7, oldestAt: now - 900_000, troubledSince: now - 600_000 } },
    'notify',
    'warn',
    { waiting: 7, minutes: 10 },
    /7 notices wait, the oldest for 10 minutes/,
  ],
]

describe('each condition is one item with what to do', () => {
  it.each(rows)('%s', (...row) => {
    const [, figures, id, level, facts, text] = row
    const found = judgeHealth({ ...well, ...figures }).filter((item) => item.level !== 'ok')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ id, level, facts })
    expect(found[0]?.text).toMatch(text)
  })

  it.each([
    ['disk', { disk: null }],
    ['probe', { probe: null }],
    ['devices', { devices: null }],
    ['devices', { devices: { offline: 0, all: 0 } }],
    ['quarantine', { quarantineWaiting: null }],
    ['backup', { backup: null }],
    ['audit', { audit: null }],
    ['tls', { certificateUntil: null }],
    ['people', { administratorsWithOneFactor: null }],
    ['notify', { notices: null }],
    ['mqtt', { adapters: [] }],
  ] as const)('%s is left out while nothing is known of it', (id, figures) => {
    expect(judgeHealth({ ...well, ...figures }).map((item) => item.id)).not.toContain(id)
  })

  it('stays quiet at the very edge', () => {
    const edge = judgeHealth({
      ...well,
      ...disk(10 * gib, 100 * gib),
      rules: { failure: null, waiting: 100_000 },
      certificateUntil: now + 21 * dayMs,
      backup: { lastAt: now - 2 * dayMs + 1, failure: null },
      // Many may wait for a while, as long as their receiver takes them.
      notices: { count: 900, oldestAt: now - dayMs, troubledSince: now - 599_999 },
    })
    expect(edge.filter(({ level }) => level !== 'ok')).toEqual([])
  })
})

it('the worst stands first, and every item says something', () => {
  const rank = { bad: 0, warn: 1, ok: 2 }
  const any = fc.record({
    storeFailure: fc.option(fc.string({ minLength: 1 })),
    throttled: fc.nat(3),
    quarantineWaiting: fc.option(fc.nat(3)),
    hasTown: fc.boolean(),
    audit: fc.option(fc.record({ brokenAt: fc.option(fc.nat()) })),
    disk: fc.record({
      freeBytes: fc.nat(),
      totalBytes: fc.nat(),
      daysLeft: fc.option(fc.nat(3650)),
    }),
  })
  fc.assert(
    fc.property(any, (figures) => {
      const items = judgeHealth({ ...well, ...figures })
      const ranks = items.map(({ level }) => rank[level])
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
      for (const { text } of items) expect(text.length).toBeGreaterThan(5)
    }),
  )
})
