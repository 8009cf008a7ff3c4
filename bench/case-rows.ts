import SqliteFile from 'better-sqlite3'
import { caseNumber } from '../gateway/domain/case-number.ts'
import type { Town } from '../gateway/domain/town.ts'

/**
 * The queue of a town after years: 400 cases a day, nearly all closed, one in two hundred still
 * open and a third of these late; each with an incident, an alarm and a timeline.
 */

export interface FilledQueue {
  /** Opening of the newest. */
  now: number
  cases: number
  open: string[]
  /** Title and text of a few cases, to be searched for. */
  rare: string
  perSecond: number
}

const perDay = 400
const dayMs = 86_400_000
const chunk = 20_000
const steps = ['opened', 'alarm', 'accept', 'dispatch', 'sign', 'feedback', 'verify']
const words = [
  '路边有人焚烧秸秆，浓烟飘向公路',
  '河堤渗水，水位还在上涨',
  '垃圾堆放三天没有清运',
  '两家为地界争执，请村里调解',
  '坡上掉落碎石，车辆绕行',
]

interface Spot {
  village: string
  grid: string
  name: string
}

function spotsOf(town: Town): Spot[] {
  const villages = new Map(town.places.map((place) => [place.code, place.name]))
  return town.places
    .filter(({ level }) => level === 'grid')
    .map(({ code, parent, name }) => ({
      village: parent ?? '',
      grid: code,
      name: `${villages.get(parent ?? '') ?? ''}${name}`,
    }))
}

const insertCase = `insert into "case" (id, number, state, tier, hazard, severity, severity_rank,
  village, grid, title, lon, lat, opened_at, step_since, due_at, holder, version, incident, source,
  text, overdue_since, claimed_by) values (@id, @number, @state, 'grid', @hazard, 'orange', 2,
  @village, @grid, @title, 106.7, 29.18, @at, @at, @due, @holder, 3, @incident, @source, @text,
  @overdue, null)`
const insertIncident = `insert into incident (id, hazard, severity, cell, village, grid, lon, lat,
  opened_at, last_activity_at, closed_at) values (@incident, @hazard, 'orange', @incident, @village,
  @grid, 106.7, 29.18, @at, @at, @at)`
const insertAlarm = `insert into alarm (id, rule, device, hazard, severity, state, village, grid,
  lon, lat, raised_at, cleared_at, acknowledged_at, cause, incident) values ('a-' || @id,
  'smoke-high', 'd-' || (@n % 117), @hazard, 'orange', @seen, @village, @grid, 106.7, 29.18, @at,
  @at, @at, '{"property":"smoke","value":9}', @incident)`
const insertHistory = `insert into case_history (case_id, at, act) values (?, ?, ?)`

function rowsOf(town: Town, total: number, start: number) {
  const spots = spotsOf(town)
  const { hazards } = town
  return (n: number) => {
    const at = start + n * (dayMs / perDay)
    const spot = spots[(n * 7) % spots.length] as Spot
    const hazard = hazards[(n * 5) % hazards.length]
    const isReport = n % 3 === 0
    const isOpen = n % 200 === 199
    const id = `case-${n}`
    return {
      n,
      id,
      at,
      incident: `i-${n}`,
      hazard: hazard?.id ?? 'smoke',
      village: spot.village,
      grid: spot.grid,
      number: caseNumber(town, at, (n % perDay) + 1),
      state: isOpen ? 'handling' : 'closed',
      title: `${spot.name}${hazard?.name ?? ''}`,
      due: isOpen ? start + total * (dayMs / perDay) + dayMs : null,
      overdue: isOpen && n % 3 === 1 ? at : null,
      holder: JSON.stringify({ kind: 'team', id: n % 100 === 99 ? '应急队' : '巡防一队' }),
      source: isReport ? 'resident' : 'alarm',
      text: isReport
        ? `${words[n % words.length] ?? ''}${n % 40_001 === 0 ? '，旁边是蟠桃园' : ''}`
        : null,
      seen: isOpen && n % 2 === 1 ? 'clearedUnacknowledged' : 'activeAcknowledged',
    }
  }
}

export function fillQueue(file: string, town: Town, total: number): FilledQueue {
  const begun = performance.now()
  const now = Date.now()
  const start = now - total * (dayMs / perDay)
  const rowOf = rowsOf(town, total, start)
  const db = new SqliteFile(file)
  // Nothing is lost when the machine fails here but time.
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -200000')
  const [incident, alarm, one, entry] = [
    insertIncident,
    insertAlarm,
    insertCase,
    insertHistory,
  ].map((text) => db.prepare(text)) as [Statement, Statement, Statement, Statement]
  const open: string[] = []
  const write = db.transaction((from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const row = rowOf(n)
      incident.run(row)
      alarm.run(row)
      one.run(row)
      for (const [i, act] of steps.entries()) entry.run(row.id, row.at + i * 60_000, act)
      if (row.state === 'handling') open.push(row.id)
    }
  })
  for (let from = 0; from < total; from += chunk) write(from, Math.min(total, from + chunk))
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  const perSecond = (total / (performance.now() - begun)) * 1000
  return { now, cases: total, open, rare: '蟠桃', perSecond }
}

type Statement = SqliteFile.Statement
