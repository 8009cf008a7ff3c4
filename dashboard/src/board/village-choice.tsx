import { Navigate } from '@tanstack/react-router'
import { Shell } from '../app/shell.tsx'
import { useTown, villageOfScope } from '../app/town.ts'

/** The person's own village, or the town's first; from there the switcher leads on. */
export function VillageChoice() {
  const { session, places, words } = useTown()
  const own =
    villageOfScope(session.person.scope) ?? places.find((place) => place.level === 'village')?.code
  if (own !== undefined) return <Navigate to="/villages/$code" params={{ code: own }} replace />
  return (
    <Shell>
      <div className="empty">
        <strong>{words.t('board.noVillages')}</strong>
        <span>{words.t('board.noVillagesNext')}</span>
      </div>
    </Shell>
  )
}
