import type { Case, CaseAct, CaseNote, CaseState, CaseStep, Tier } from './case.ts'

/** Which act is possible from where, whoever does it. */

/** From → step → to. What is not here is illegal. */
const table: Record<CaseState, Partial<Record<CaseStep, CaseState>>> = {
  reported: { accept: 'accepted', void: 'void', merge: 'merged', split: 'reported' },
  accepted: { dispatch: 'dispatched', split: 'accepted' },
  dispatched: { sign: 'handling', sendBack: 'accepted' },
  handling: {
    feedback: 'verifying',
    sendBack: 'accepted',
    suspend: 'suspended',
    split: 'handling',
  },
  suspended: { resume: 'handling' },
  verifying: { verify: 'closed', close: 'closed', rework: 'handling' },
  closed: { evaluate: 'closed', reopen: 'accepted' },
  void: {},
  merged: {},
}

export function isEnded(state: CaseState): boolean {
  return state === 'closed' || state === 'void' || state === 'merged'
}

const tierAbove: Record<Tier, Tier | null> = { grid: 'village', village: 'town', town: null }

export function tierOver(tier: Tier): Tier | null {
  return tierAbove[tier]
}

export type Beside = Pick<Case, 'state' | 'tier' | 'claimedBy' | 'extension' | 'supervision'>

const isOpen = ({ state }: Beside) => !isEnded(state)
const canBeExtended = ({ state }: Beside) => state === 'handling' || state === 'suspended'
const hasRequest = (present: Beside) => canBeExtended(present) && present.extension !== null

/** What stands beside the states, and when it is possible. */
const notes: Record<CaseNote, (present: Beside) => boolean> = {
  claim: isOpen,
  release: (present) => isOpen(present) && present.claimedBy !== null,
  note: ({ state }) => state !== 'void' && state !== 'merged',
  extend: (present) => canBeExtended(present) && present.extension === null,
  grantExtension: hasRequest,
  refuseExtension: hasRequest,
  remind: isOpen,
  supervise: isOpen,
  answer: (present) => isOpen(present) && present.supervision !== null,
  passUp: (present) =>
    isOpen(present) && present.state !== 'suspended' && tierAbove[present.tier] !== null,
}

function isNote(act: CaseAct): act is CaseNote {
  return Object.hasOwn(notes, act)
}

/** Where the act leads from here: the same state for what stands beside it; undefined: illegal. */
export function nextState(present: Beside, act: CaseAct): CaseState | undefined {
  if (!isNote(act)) return table[present.state][act]
  return notes[act](present) ? present.state : undefined
}

const noRequest = ({ extension }: Beside) =>
  extension === null ? 'Nobody waits for an extension.' : null

/** What is missing when it is not the state that stands in the way. */
const reasons: Partial<Record<CaseAct, (present: Beside) => string | null>> = {
  extend: ({ extension }) =>
    extension === null ? null : 'An extension was asked for already; wait for the answer.',
  grantExtension: noRequest,
  refuseExtension: noRequest,
  answer: ({ supervision }) =>
    supervision === null ? 'No supervision waits for an answer.' : null,
  release: ({ claimedBy }) => (claimedBy === null ? 'Nobody said to be on it.' : null),
  passUp: ({ tier }) => (tier === 'town' ? 'The town owns it already; nobody is above.' : null),
}

export function whyIllegal(present: Beside, act: CaseAct): string {
  const where = `The step "${act}" is not possible while the case is ${present.state}.`
  const reason = isEnded(present.state) ? null : reasons[act]?.(present)
  return reason ? `${reason} ${where}` : where
}
