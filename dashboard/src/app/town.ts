import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isInScope } from '../../../gateway/domain/place.ts'
import { hazardsQuery, placesQuery, sessionQuery } from '../api/queries.ts'
import type { CaseView, HazardView, PlaceView, Session } from '../api/types.ts'
import { useWords, type Words } from '../i18n/language.ts'
import { caseTitle, hazardName, placeName } from '../parts/words.ts'

/** The town as every page speaks of it: who is signed in, its places and hazards, and their names. */
export interface TownView {
  session: Session
  zone: string
  words: Words
  places: readonly PlaceView[]
  hazards: readonly HazardView[]
  place: (code: string | null) => string
  hazard: (id: string) => string
  title: (one: Pick<CaseView, 'title' | 'hazard' | 'grid' | 'village'>) => string
}

const nothing: never[] = []

export function useTown(): TownView {
  const session = useSuspenseQuery(sessionQuery).data
  if (!session) throw new Error('useTown stands below SignedIn only')
  const words = useWords()
  const places = useQuery(placesQuery).data ?? nothing
  const hazards = useQuery(hazardsQuery).data ?? nothing
  return useMemo(
    () => ({
      session,
      zone: session.town.timeZone,
      words,
      places,
      hazards,
      place: (code) => placeName(places, code),
      hazard: (id) => hazardName(words, id, hazards),
      title: (one) => caseTitle(words, one, places),
    }),
    [session, words, places, hazards],
  )
}

const deskRoles = new Set(['operator', 'supervisor', 'townAdmin'])

export function worksAtDesk(role: string): boolean {
  return deskRoles.has(role)
}

/** Whose day is the tasks on their phone. */
export function goesOut(role: string): boolean {
  return role === 'gridWorker' || role === 'patroller'
}

/** Who answers for how the work is done, and the desk that does it. */
export function mayEvaluate(role: string): boolean {
  return worksAtDesk(role) || role === 'villageCadre'
}

/** Who enters whose duties. */
export function keepsRoster(role: string): boolean {
  return role === 'townAdmin' || role === 'supervisor' || role === 'villageCadre'
}

/** Who enters what is announced. */
export function announces(role: string): boolean {
  return role === 'townAdmin' || role === 'operator' || role === 'villageCadre'
}

export function isInScopeOf({ session }: Pick<TownView, 'session'>, code: string): boolean {
  return isInScope(session.person.scope, code)
}

/** A patroller's phone and a looker-on see alarms, but do not take them on. */
export function mayAcknowledge(role: string): boolean {
  return role !== 'viewer' && role !== 'patroller'
}

/** Codes nest by prefix: a town has 9 digits, a village 12, a grid 15. */
export function villageOfScope(scope: string): string | null {
  return scope.length >= 12 ? scope.slice(0, 12) : null
}
