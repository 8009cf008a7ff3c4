import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { call } from '../api/client.ts'
import type { NewPoint, NewRoute, PointView, RouteView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { bodyOf } from './point-entry.ts'
import { routeBodyOf } from './route-entry.ts'
import { refreshWalks } from './use-walk-acts.ts'

/** Points and routes are kept and taken away; whatever hangs on them is asked again. */

function refreshGround(client: QueryClient): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: ['patrol-points'] }),
    client.invalidateQueries({ queryKey: ['patrol-routes'] }),
    client.invalidateQueries({ queryKey: ['patrol-tag'] }),
    refreshWalks(client),
  ])
}

const pathOf = (kind: 'points' | 'routes', id: string) =>
  `/patrol/${kind}/${encodeURIComponent(id)}`

export function usePointSaving(isNew: boolean, onSaved: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (point: NewPoint) =>
      isNew
        ? call('/patrol/points', { method: 'POST', body: point })
        : call(pathOf('points', point.id), { method: 'PUT', body: bodyOf(point) }),
    onSuccess: onSaved,
    onSettled: () => refreshGround(client),
  })
}

export function useRouteSaving(isNew: boolean, onSaved: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (route: NewRoute) =>
      isNew
        ? call('/patrol/routes', { method: 'POST', body: route })
        : call(pathOf('routes', route.id), { method: 'PUT', body: routeBodyOf(route) }),
    onSuccess: onSaved,
    onSettled: () => refreshGround(client),
  })
}

function useRemoval(kind: 'points' | 'routes') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call(pathOf(kind, id), { method: 'DELETE' }),
    onSettled: () => refreshGround(client),
  })
}

function useAsk() {
  const { t } = useTown().words
  const { modal } = App.useApp()
  return (title: string, content: string) =>
    modal.confirm({
      title,
      content,
      okText: title,
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
}

export function usePointRemoval(routes: readonly RouteView[]) {
  const { t } = useTown().words
  const remove = useRemoval('points')
  const ask = useAsk()
  return {
    said: remove.isError ? failureWords(remove.error, t, { conflict: 'points.used' }) : null,
    async ask({ id, name }: PointView): Promise<void> {
      const passing = routes.filter(({ points }) => points.includes(id)).map((one) => one.name)
      const told = t('points.removeAsk', { name })
      const used =
        passing.length > 0 ? ` ${t('points.usedBy', { names: passing.join(t('list.comma')) })}` : ''
      if (await ask(t('points.remove'), told + used)) remove.mutate(id)
    },
  }
}

export function useRouteRemoval() {
  const { t } = useTown().words
  const remove = useRemoval('routes')
  const ask = useAsk()
  return {
    said: remove.isError ? failureWords(remove.error, t) : null,
    async ask({ id, name }: RouteView): Promise<void> {
      if (await ask(t('routes.remove'), t('routes.removeAsk', { name }))) remove.mutate(id)
    },
  }
}
