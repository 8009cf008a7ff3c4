import SqliteFile from 'better-sqlite3'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../gateway/storage/database.ts'
import { addUser, caseOf, fill, useHouseTables } from '../house-tables.ts'

const house = useHouseTables()

function describeFile(file: string) {
  const raw = new SqliteFile(file, { readonly: true })
  const parts = raw
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
  raw.close()
  return parts
}

describe('the migrations', () => {
  it('makes every table of the house out of an empty file', () => {
    const tables = describeFile(house.file).filter(({ type }) => type === 'table')
    // The index of words keeps itself in tables of its own.
    const names = tables
      .map(({ name }) => name)
      .filter((name) => !/^(kysely|case_search)_/.test(name))
    expect(names).toEqual([
      'alarm',
      'audit',
      'audit_anchor',
      'calibration',
      'camera',
      'camera_event_mapping',
      'camera_still',
      'camera_topic',
      'camera_view',
      'case',
      'case_history',
      'case_picture',
      'case_search',
      'case_voice',
      'checkin',
      'consumer',
      'counter',
      'delivery',
      'device',
      'disk_sample',
      'duty',
      'hazard',
      'incident',
      'latest_reading',
      'notify_channel',
      'notify_rule',
      'outbox',
      'patrol_point',
      'patrol_report',
      'patrol_round',
      'patrol_route',
      'patrol_screen',
      'patrol_task',
      'patrol_upload',
      'picture_upload',
      'place',
      'planned_event',
      'presence',
      'purge',
      'push_subscription',
      'rule',
      'rule_state',
      'season',
      'series_import',
      'series_refused',
      'session',
      'setting',
      'tag_step',
      'tag_tap',
      'token',
      'user',
      'video_look',
      'video_plan',
      'video_round',
    ])
  })

  it('happens once: a second and a third opening change nothing', async () => {
    await addUser(house.db, 'u1')
    const before = describeFile(house.file)
    for (let time = 0; time < 2; time++) {
      const again = await openDatabase(house.file)
      const users = await again.selectFrom('user').select('id').execute()
      expect(users).toEqual([{ id: 'u1' }])
      await again.destroy()
    }
    expect(describeFile(house.file)).toEqual(before)
  })

  it('of two who open an empty file at once, one makes the tables and both can use them', async () => {
    const file = `${house.directory}/together.db`
    const opened = await Promise.all([openDatabase(file), openDatabase(file)])
    for (const [i, db] of opened.entries()) {
      await db
        .insertInto('counter')
        .values({ name: `n${i}`, value: i })
        .execute()
    }
    expect(await opened[0].selectFrom('counter').selectAll().execute()).toHaveLength(2)
    for (const db of opened) await db.destroy()
  })

  it('keeps its promises of one kind each', async () => {
    await addUser(house.db, 'u1', { username: '王五' })
    await expect(addUser(house.db, 'u2', { username: '王五' })).rejects.toThrow(/UNIQUE/)
    await addUser(house.db, 'u3', { username: '王五 ' })
    await fill(house.db, { cases: [caseOf('c1')] })
    const second = fill(house.db, { cases: [caseOf('c2', { number: caseOf('c1').number })] })
    await expect(second).rejects.toThrow(/UNIQUE.*number/)
  })

  it('counts outbox and timeline upwards, also after the newest was deleted', async () => {
    const write = async () => {
      const row = await house.db
        .insertInto('outbox')
        .values({ at: 1, topic: 'case', village: 'v', place: 'v', body: '{}' })
        .returning('seq')
        .executeTakeFirstOrThrow()
      return row.seq
    }
    const first = await write()
    const second = await write()
    await house.db.deleteFrom('outbox').execute()
    // Readers keep the last seq they have seen: one that came back would never be read.
    expect(await write()).toBeGreaterThan(second)
    expect(second).toBeGreaterThan(first)
  })

  it('holds times beyond 2038 and degrees to the last digit', async () => {
    const made = caseOf('c', { openedAt: 4_102_444_800_123, lon: 106.70442512345, lat: -0.1 })
    await fill(house.db, { cases: [made] })
    const row = await house.db.selectFrom('case').selectAll().executeTakeFirstOrThrow()
    expect([row.opened_at, row.lon, row.lat]).toEqual([made.openedAt, made.lon, made.lat])
  })

  it('has an index for each list that grows with the years', async () => {
    const plans: [string, string][] = [
      ['select * from alarm where incident = ? order by raised_at desc', 'alarm_incident'],
      ['select * from alarm where device = ? order by raised_at desc', 'alarm_device'],
      ['select * from "case" order by opened_at desc limit 9', 'case_opened'],
      ['select * from case_history where case_id = ? order by id', 'case_history_case'],
      [
        'select * from incident where hazard = ? and cell = ? and closed_at is null',
        'incident_open',
      ],
      ['select * from alarm where rule = ? and device = ? and cleared_at is null', 'alarm_open'],
    ]
    for (const [text, index] of plans) {
      const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(
        text.replaceAll('?', "'x'"),
      )}`.execute(house.db)
      expect(plan.rows.map((row) => row.detail).join()).toContain(index)
    }
  })
})
