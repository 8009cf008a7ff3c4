import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { patrolRoundsQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView, PointView, RouteView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime, timeOfDay } from '../app/time.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { spanOfDay } from '../video/rounds.ts'
import { plansPatrols } from './patrol-roles.ts'
import { RouteDialog } from './route-dialog.tsx'
import { shiftInWords } from './route-entry.ts'
import { useRouteRemoval } from './use-point-acts.ts'

interface RouteListProps {
  head: ReactNode
  points: readonly PointView[]
  routes: readonly RouteView[]
}

export function RouteList({ head, points, routes }: RouteListProps) {
  const town = useTown()
  const { t } = town.words
  const removal = useRouteRemoval()
  const coming = useComing()
  const [open, setOpen] = useState<RouteView | 'new' | null>(null)
  const mayPlan = plansPatrols(town.session.person.role)
  return (
    <>
      <div className="page-head">
        {head}
        <span className="grow" />
        {mayPlan && (
          <Button
            type="primary"
            className="route-add"
            disabled={points.length === 0}
            onClick={() => setOpen('new')}
          >
            {t('routes.add')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <p className="second">{t('routes.what')}</p>
        {removal.said && (
          <p className="said" role="alert">
            {removal.said}
          </p>
        )}
        {routes.length === 0 ? (
          <div className="panel empty">
            <strong>{t('routes.none')}</strong>
            <span>
              {t(
                points.length === 0
                  ? 'route.noPoints'
                  : mayPlan
                    ? 'routes.noneNext'
                    : 'routes.noneAsk',
              )}
            </span>
          </div>
        ) : (
          <ul className="panel route-list" aria-label={t('points.routes')}>
            {routes.map((route) => (
              <RouteRow
                key={route.id}
                route={route}
                coming={coming.filter((one) => one.route === route.id)}
                acts={
                  mayPlan && isInScopeOf(town, route.village)
                    ? { edit: () => setOpen(route), remove: () => void removal.ask(route) }
                    : null
                }
              />
            ))}
          </ul>
        )}
      </div>
      {open !== null && (
        <RouteDialog
          route={open === 'new' ? null : open}
          points={points}
          routes={routes}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}

/** Planned today and tomorrow, and not over. */
function useComing(): PatrolRoundView[] {
  const { zone } = useTown()
  const now = useNow()
  const span = { from: spanOfDay(now, 0, zone).from, to: spanOfDay(now, 1, zone).to }
  const rounds = useQuery(patrolRoundsQuery(span)).data ?? []
  return rounds.filter(({ dueUntil }) => dueUntil > now).toSorted((a, b) => a.dueFrom - b.dueFrom)
}

interface RouteRowProps {
  route: RouteView
  coming: readonly PatrolRoundView[]
  acts: { edit: () => void; remove: () => void } | null
}

function RouteRow({ route, coming, acts }: RouteRowProps) {
  const town = useTown()
  const { t } = town.words
  const { id, name, village, team, points, order, minWalkS, shifts } = route
  const facts = [
    town.place(village),
    team,
    t('routes.points', { n: points.length }),
    t(`walk.order.${order}`),
    ...(minWalkS > 0 ? [t('routes.minWalk', { n: minWalkS })] : []),
  ]
  return (
    <li className="route-row" data-route={id}>
      <div className="route-words">
        <p>
          <b>{name}</b>
        </p>
        <p className="second">{facts.join(' · ')}</p>
      </div>
      <div className="route-when">
        {shifts.length === 0 && <span className="second">{t('routes.noShifts')}</span>}
        {shifts.map((shift, at) => (
          <span key={at}>
            {shiftInWords(shift, t)}
            {shift.startJitterMin !== undefined && shift.startJitterMin > 0 && (
              <small className="second">
                {' '}
                {t('route.previewLate', { n: shift.startJitterMin })}
              </small>
            )}
          </span>
        ))}
        {shifts.length > 0 && <Coming rounds={coming} />}
      </div>
      <div className="route-acts">
        {acts && (
          <>
            <Button aria-label={t('routes.changeFor', { name })} onClick={acts.edit}>
              {t('routes.change')}
            </Button>
            <Button
              type="text"
              aria-label={t('routes.removeFor', { name })}
              icon={<Icon name="close" size={16} />}
              onClick={acts.remove}
            />
          </>
        )}
      </div>
    </li>
  )
}

const mostShown = 2

/** What chance has made of the shifts already. */
function Coming({ rounds }: { rounds: readonly PatrolRoundView[] }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  if (rounds.length === 0) return <span className="second">{t('routes.nextNone')}</span>
  return (
    <span className="second">
      {t('routes.next')}{' '}
      {rounds.slice(0, mostShown).map(({ id, dueFrom, dueUntil }, at) => (
        <span key={id}>
          {at > 0 && t('list.comma')}
          <Link to="/patrols/rounds/$id" params={{ id }}>
            {t('walks.window', {
              from: shortTime(dueFrom, now, zone),
              until: timeOfDay(dueUntil, zone),
            })}
          </Link>
        </span>
      ))}
    </span>
  )
}
