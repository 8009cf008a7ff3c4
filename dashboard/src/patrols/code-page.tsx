import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useCallback } from 'react'
import { patrolPointsQuery, rotatingCode } from '../api/patrol-queries.ts'
import { useTown } from '../app/town.ts'
import { CodeScreen } from './code-screen.tsx'
import { useRotatingCode } from './use-rotating-code.ts'

/** The code of a point, for as long as somebody is signed in; see `ScreenPage` for weeks. */
export function CodePage() {
  const { point } = useParams({ from: '/signed-in/patrols/code/$point' })
  const { zone, words } = useTown()
  const points = useQuery(patrolPointsQuery).data
  const name = points?.find(({ id }) => id === point)?.name ?? point
  const shown = useRotatingCode(useCallback(() => rotatingCode(point), [point]))
  return <CodeScreen {...{ name, zone, shown }} refusal={words.t('code.missing')} />
}
