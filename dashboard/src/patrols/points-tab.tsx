import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { patrolPointsQuery, patrolRoutesQuery } from '../api/patrol-queries.ts'
import { useTown } from '../app/town.ts'
import { PointList } from './point-list.tsx'
import type { TabProps } from './rounds-tab.tsx'
import { RouteList } from './route-list.tsx'
import './points.css'

/** Where one goes, and in which order and when. */
export function PointsTab({ title, choice }: TabProps) {
  const { t } = useTown().words
  const { list } = useSearch({ from: '/signed-in/evaluators/patrols' })
  const navigate = useNavigate()
  const points = useQuery(patrolPointsQuery)
  const routes = useQuery(patrolRoutesQuery)
  const which = list === 'routes' ? 'routes' : 'points'
  const query = which === 'points' ? points : routes
  const head = (
    <>
      {title}
      {choice}
      <Segmented<'points' | 'routes'>
        aria-label={t('points.which')}
        value={which}
        onChange={(next) =>
          void navigate({
            to: '/patrols',
            search: next === 'routes' ? { tab: 'points', list: 'routes' } : { tab: 'points' },
          })
        }
        options={[
          { value: 'points', label: t('points.points') },
          { value: 'routes', label: t('points.routes') },
        ]}
      />
    </>
  )
  if (points.data && routes.data)
    return which === 'points' ? (
      <PointList head={head} points={points.data} routes={routes.data} />
    ) : (
      <RouteList head={head} points={points.data} routes={routes.data} />
    )
  return (
    <>
      <div className="page-head">{head}</div>
      <div className="page-body">
        {query.isError ? (
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        ) : (
          <div className="panel skeleton walks-waiting" aria-busy="true" />
        )}
      </div>
    </>
  )
}
