import type { Case, CaseAct, Holder } from './case.ts'
import type { Actor, Role } from './person.ts'

/** Who may do what to a case: by role, by the tier that owns it, and by whose it is. */

export type Person = Pick<Actor, 'id' | 'role' | 'team' | 'unit'>

interface Permission {
  /** At any tier. */
  anywhere: readonly Role[]
  /** Only while a grid or a village owns the case. */
  local?: readonly Role[]
  /** Only while its grid owns the case and nobody holds it: 微事不出网格. */
  grid?: readonly Role[]
  /** On cases that they, their team or their unit hold. */
  holder?: readonly Role[]
}

const leaders: readonly Role[] = ['townAdmin', 'supervisor']
const desk: readonly Role[] = [...leaders, 'operator']
const field: readonly Role[] = ['gridWorker', 'patroller']
const cadre: readonly Role[] = ['villageCadre']
const everybody: readonly Role[] = [...desk, ...cadre, ...field]
const gridWorker: readonly Role[] = ['gridWorker']

const holders: Permission = { anywhere: [...desk, ...cadre], holder: field }
const owners: Permission = { anywhere: desk, local: cadre }

const permissions: Record<CaseAct, Permission> = {
  accept: { ...owners, grid: gridWorker },
  dispatch: { ...owners, grid: gridWorker },
  sign: holders,
  sendBack: holders,
  feedback: holders,
  suspend: owners,
  resume: holders,
  verify: owners,
  rework: owners,
  close: { anywhere: leaders },
  evaluate: { anywhere: leaders },
  reopen: { anywhere: desk },
  void: owners,
  merge: { anywhere: desk },
  split: { anywhere: desk },
  claim: { anywhere: everybody },
  release: { anywhere: everybody },
  note: { anywhere: everybody },
  extend: holders,
  grantExtension: owners,
  refuseExtension: owners,
  remind: { anywhere: desk },
  supervise: { anywhere: leaders },
  answer: holders,
  passUp: { anywhere: [], local: cadre, grid: gridWorker, holder: [...desk, ...field] },
}

/** What who was on the spot may do, whoever they are: a check-in there proves it. */
const byProof: readonly CaseAct[] = ['verify', 'rework']

export function mayProve(act: CaseAct): boolean {
  return byProof.includes(act)
}

/** Whether the case lies with this person, with their team or their unit. */
function isHeldBy(holder: Holder | null, person: Person): boolean {
  switch (holder?.kind) {
    case undefined:
      return false
    case 'user':
      return holder.id === person.id
    case 'team':
      return holder.id === person.team
    case 'unit':
      return holder.id === person.unit
  }
}

type Owned = Pick<Case, 'tier' | 'holder'>

export function mayAct(person: Person, { tier, holder }: Owned, act: CaseAct): boolean {
  const { anywhere, local, grid, holder: own } = permissions[act]
  const { role } = person
  if (anywhere.includes(role)) return true
  if (tier !== 'town' && local?.includes(role)) return true
  if (tier === 'grid' && holder === null && grid?.includes(role)) return true
  return (own?.includes(role) ?? false) && isHeldBy(holder, person)
}
