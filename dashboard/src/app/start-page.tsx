import { Navigate, Outlet } from '@tanstack/react-router'
import { goesOut, keepsRoster, mayEvaluate, useTown, villageOfScope, worksAtDesk } from './town.ts'

/**
 * Where a person's day starts: the desk for those who watch, their tasks for those who go out, the
 * village for those who live there.
 */
export function StartPage() {
  const { session } = useTown()
  if (worksAtDesk(session.person.role)) return <Navigate to="/console" replace />
  if (goesOut(session.person.role)) return <Navigate to="/tasks" replace />
  const code = villageOfScope(session.person.scope)
  if (code === null) return <Navigate to="/villages" replace />
  return <Navigate to="/villages/$code" params={{ code }} replace />
}

/** The desk's pages ask for the whole town; who does not work there is led to where they start. */
export function DeskOnly() {
  const { session } = useTown()
  return worksAtDesk(session.person.role) ? <Outlet /> : <Navigate to="/" replace />
}

/** People, tokens and the audit belong to the town's administrators. */
export function AdministratorOnly() {
  const { session } = useTown()
  return session.person.role === 'townAdmin' ? <Outlet /> : <Navigate to="/" replace />
}

export function EvaluatorsOnly() {
  const { session } = useTown()
  return mayEvaluate(session.person.role) ? <Outlet /> : <Navigate to="/" replace />
}

export function RosterKeepersOnly() {
  const { session } = useTown()
  return keepsRoster(session.person.role) ? <Outlet /> : <Navigate to="/" replace />
}
