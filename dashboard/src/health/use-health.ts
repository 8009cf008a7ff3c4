import { useQuery } from '@tanstack/react-query'
import { healthQuery } from '../api/trust-queries.ts'
import type { HealthItem } from '../api/types.ts'
import { useTown, worksAtDesk } from '../app/town.ts'

const none: never[] = []

/** The desk asks for it; to everybody else it comes by the live stream, or not at all. */
export function useHealth() {
  const { role } = useTown().session.person
  return useQuery({ ...healthQuery, enabled: worksAtDesk(role) })
}

export function useBadHealth(): readonly HealthItem[] {
  const items = useHealth().data?.items
  return items?.filter((item) => item.level === 'bad') ?? none
}
