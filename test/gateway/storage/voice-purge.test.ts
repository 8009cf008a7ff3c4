import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseState } from '../../../gateway/domain/case.ts'
import { createVoiceFiles } from '../../../gateway/storage/voice-files.ts'
import { createVoicePurge } from '../../../gateway/storage/voice-purge.ts'
import { caseOf, fill, useHouseTables } from './house-tables.ts'

/** Voice notes are kept as long as pictures, and longer while a case needs them. */

const day = 86_400_000
const start = Date.parse('2026-06-15T12:00:00+08:00')
const house = useHouseTables()
let now = start
const clock = { now: () => now, monotonic: () => 0 }
let directory: string
let files: ReturnType<typeof createVoiceFiles>

beforeEach(async () => {
  now = start
  directory = await mkdtemp(join(tmpdir(), 'lianxun-voices-'))
  files = createVoiceFiles(directory, () => now)
})

afterEach(async () => {
  await house.db.deleteFrom('case_voice').execute()
  await rm(directory, { recursive: true, force: true })
})

async function told(id: string, state: CaseState, mergedInto: string | null = null) {
  const sha256 = await files.put(Buffer.from(`voice of ${id}`))
  await fill(house.db, { cases: [caseOf(id, { state, mergedInto })] })
  await house.db
    .insertInto('case_history')
    .values({ case_id: id, at: now, act: 'opened', detail: '{"source":"patrol"}', quiet: 0 })
    .execute()
  await house.db
    .insertInto('case_voice')
    .values({ case_id: id, sha256, type: 'audio/webm', at: now, by: 'u1' })
    .execute()
  return sha256
}

async function purge(days = 180) {
  let removed = 0
  const purgeable = createVoicePurge({ db: house.db, voices: files, clock })
  for await (const step of purgeable.remove(now - days * day)) removed += step.removed
  return removed
}

const detailOf = async (id: string) =>
  (
    await house.db
      .selectFrom('case_history')
      .select('detail')
      .where('case_id', '=', id)
      .executeTakeFirstOrThrow()
  ).detail
const rows = () => house.db.selectFrom('case_voice').selectAll().execute()

describe('an old voice note', () => {
  it.each<[CaseState, boolean]>([
    ['reported', true],
    ['handling', true],
    ['verifying', true],
    ['closed', false],
    ['void', false],
  ])('of a case that is %s: stays %s', async (state, stays) => {
    const sha256 = await told('one', state)
    now += 180 * day
    expect(await purge()).toBe(0)
    now += 1
    expect(await purge()).toBe(stays ? 0 : 1)
    expect((await files.get(sha256)) !== undefined).toBe(stays)
    expect(await rows()).toHaveLength(stays ? 1 : 0)
  })

  it('that went says so where the case was opened', async () => {
    await told('one', 'closed')
    now += 181 * day
    await purge()
    expect(JSON.parse((await detailOf('one')) ?? '')).toEqual({
      source: 'patrol',
      voiceRemovedAt: now,
    })
  })

  it('of a report that was merged stays as long as the other case needs it', async () => {
    await fill(house.db, { cases: [caseOf('other', { state: 'handling' })] })
    const sha256 = await told('one', 'merged', 'other')
    now += 181 * day
    expect(await purge()).toBe(0)
    await house.db.updateTable('case').set({ state: 'closed' }).where('id', '=', 'other').execute()
    expect(await purge()).toBe(1)
    expect(await files.get(sha256)).toBeUndefined()
  })

  it('of nothing goes', async () => {
    await files.put(Buffer.from('of nothing'))
    now += 181 * day
    expect(await purge()).toBe(1)
  })
})
