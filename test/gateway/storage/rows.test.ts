import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alarm, alarmStates } from '../../../gateway/domain/alarm.ts'
import { type Case, caseSources, caseStates, tiers } from '../../../gateway/domain/case.ts'
import { plannedKinds } from '../../../gateway/domain/planned-event.ts'
import { severities, severityRank } from '../../../gateway/domain/severity.ts'
import {
  alarmFromRow,
  alarmToRow,
  caseFromRow,
  caseToRow,
  incidentFromRow,
  openIncidentToRow,
} from '../../../gateway/storage/rows.ts'
import { incidentOf, useHouseTables } from './house-tables.ts'

/** What goes through the database comes back the same: any text, any time, every null. */

const house = useHouseTables()

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const degrees = fc.double({ min: -180, max: 180, noNaN: true }).map((n) => (n === 0 ? 0 : n))
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const place = { village: text, grid: maybe(text), lon: degrees, lat: degrees }

const cause = fc.record(
  {
    property: fc.constant('smoke'),
    value: degrees,
    limit: degrees,
    neighbours: degrees,
    event: text,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }).map((n) => (n === 0 ? 0 : n)),
    picture: text,
    lastHeardAt: time,
  },
  { requiredKeys: [] },
)

const alarm: fc.Arbitrary<Alarm> = fc.record({
  id: fc.uuid(),
  rule: text,
  device: text,
  hazard: text,
  severity: fc.constantFrom(...severities),
  state: fc.constantFrom(...alarmStates),
  ...place,
  raisedAt: time,
  clearedAt: maybe(time),
  acknowledgedAt: maybe(time),
  acknowledgedBy: maybe(text),
  cause,
  incident: fc.constant(null),
})

const oneCase: fc.Arbitrary<Case> = fc.record({
  id: fc.uuid(),
  number: fc.uuid(),
  state: fc.constantFrom(...caseStates),
  tier: fc.constantFrom(...tiers),
  hazard: text,
  severity: fc.constantFrom(...severities),
  ...place,
  title: text,
  openedAt: time,
  stepSince: time,
  dueAt: maybe(time),
  holder: maybe(fc.record({ kind: fc.constantFrom('user', 'team', 'unit'), id: text })),
  version: fc.integer({ min: 1, max: 2 ** 31 }),
  incident: fc.constant(null),
  source: fc.constantFrom(...caseSources),
  text: maybe(text),
  reportedBy: maybe(text),
  externalId: fc.constant(null),
  mergedInto: maybe(text),
  splitFrom: maybe(text),
  claimedBy: maybe(text),
  claimedAt: maybe(time),
  remindAt: maybe(time),
  overdueSince: maybe(time),
  remainingMs: maybe(time),
  reminders: fc.nat(100),
  extension: maybe(fc.record({ reason: text, until: time, by: text, at: time })),
  supervision: maybe(fc.record({ text, dueAt: time, by: text, at: time })),
  supervisions: fc.nat(100),
  nextTimerAt: maybe(time),
  isFalseAlarm: fc.boolean(),
  closedAt: maybe(time),
  plannedEvent: maybe(
    fc.record({
      id: text,
      kind: fc.constantFrom(...plannedKinds),
      title: text,
      isOutgrown: fc.boolean(),
    }),
  ),
})

const runs = { numRuns: 60 }

describe('through the database', () => {
  it('an alarm comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(alarm, async (one) => {
        await house.db.deleteFrom('alarm').execute()
        await house.db.insertInto('alarm').values(alarmToRow(one)).execute()
        const row = await house.db.selectFrom('alarm').selectAll().executeTakeFirstOrThrow()
        expect(alarmFromRow(row)).toEqual(one)
      }),
      runs,
    )
  })

  it('a case comes back as it was, and is ordered by its severity', async () => {
    await fc.assert(
      fc.asyncProperty(oneCase, async (one) => {
        await house.db.deleteFrom('case').execute()
        await house.db.insertInto('case').values(caseToRow(one)).execute()
        const row = await house.db.selectFrom('case').selectAll().executeTakeFirstOrThrow()
        expect(caseFromRow(row)).toEqual(one)
        expect(row.severity_rank).toBe(severityRank(one.severity))
      }),
      runs,
    )
  })

  it('an incident comes back with its cell', async () => {
    await fc.assert(
      fc.asyncProperty(text, time, maybe(time), maybe(text), async (...[cell, at, end, grid]) => {
        const one = incidentOf('i', { cell, openedAt: at, closedAt: end, grid })
        await house.db.deleteFrom('incident').execute()
        await house.db.insertInto('incident').values(openIncidentToRow(one)).execute()
        const row = await house.db.selectFrom('incident').selectAll().executeTakeFirstOrThrow()
        const { isActive: _a, isCaseEnded: _e, cell: _c, ...incident } = one
        expect(incidentFromRow(row)).toEqual(incident)
        expect(row.cell).toBe(cell)
      }),
      runs,
    )
  })
})
