import { join } from 'node:path'
import { caseStates } from '../../gateway/domain/case.ts'
import { severities, severityRank } from '../../gateway/domain/severity.ts'
import { openDatabase } from '../../gateway/storage/database.ts'

/** A town with a past: lists that run over more than one page, of every state and severity. */

export const pastCount = 120
/** Those of the past that are still open, and late. */
export const pastOverdue = 3

const dayMs = 86_400_000

/** Ended states, but for the first few, which are late in hand. */
function stateOf(index: number): (typeof caseStates)[number] {
  if (index < pastOverdue) return 'handling'
  return (['closed', 'void', 'merged'] as const)[index % 3] ?? 'closed'
}

export async function writePast(dataDir: string): Promise<void> {
  const db = await openDatabase(join(dataDir, 'lianxun.db'))
  const now = Date.now()
  const rows = Array.from({ length: pastCount }, (_, index) => {
    const severity = severities[index % severities.length] ?? 'blue'
    const village = `99010110120${(index % 8) + 1}`
    const openedAt = now - (index + 1) * dayMs
    const state = stateOf(index)
    return {
      id: `past-${index}`,
      number: `云岭-20250101-${String(index).padStart(4, '0')}`,
      state,
      tier: 'grid',
      hazard: index % 2 === 0 ? 'forestFire' : 'flood',
      severity,
      severity_rank: severityRank(severity),
      village,
      grid: null,
      title: `往年第${index}件`,
      lon: 106.72,
      lat: 29.22,
      opened_at: openedAt,
      step_since: openedAt,
      due_at: state === 'handling' ? openedAt + 7_200_000 : null,
      holder: null,
      version: 1,
      incident: null,
    }
  })
  try {
    await db.insertInto('case').values(rows).execute()
  } finally {
    await db.destroy()
  }
}
