import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { RouteFailure, RouteMissing } from './route-failure.tsx'
import { SignedIn } from './signed-in.tsx'
import { StartPage } from './start-page.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: RouteMissing })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string } => {
    const next = search['next']
    // Only a path of our own: a link from outside must not lead a person away after signing in.
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
  },
})

const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn })

const start = createRoute({ getParentRoute: () => signedIn, path: '/', component: StartPage })

const consoleRoute = createRoute({
  getParentRoute: () => signedIn,
  path: '/console',
  component: lazyRouteComponent(() => import('../console/console-page.tsx'), 'ConsolePage'),
})

const cases = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases',
  validateSearch: (search): CaseListSearch => readCaseSearch(search),
  component: lazyRouteComponent(() => import('../cases/case-list-page.tsx'), 'CaseListPage'),
})

const oneCase = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases/$id',
  component: lazyRouteComponent(() => import('../cases/case-page.tsx'), 'CasePage'),
})

const villages = createRoute({
  getParentRoute: () => signedIn,
  path: '/villages',
  component: lazyRouteComponent(() => import('../board/village-choice.tsx'), 'VillageChoice'),
})

const village = createRoute({
  getParentRoute: () => signedIn,
  path: '/villages/$code',
  component: lazyRouteComponent(() => import('../board/board-page.tsx'), 'BoardPage'),
})

const devices = createRoute({
  getParentRoute: () => signedIn,
  path: '/devices',
  validateSearch: (search): { device?: string } =>
    typeof search['device'] === 'string' ? { device: search['device'] } : {},
  component: lazyRouteComponent(() => import('../devices/devices-page.tsx'), 'DevicesPage'),
})

const quarantine = createRoute({
  getParentRoute: () => signedIn,
  path: '/quarantine',
  component: lazyRouteComponent(
    () => import('../quarantine/quarantine-page.tsx'),
    'QuarantinePage',
  ),
})

const board = createRoute({
  getParentRoute: () => signedIn,
  path: '/board',
  beforeLoad: () => {
    throw redirect({ to: '/villages' })
  },
})

export interface CaseListSearch {
  state?: string
  severity?: string
  hazard?: string
  village?: string
  overdue?: boolean
  q?: string
}

function readCaseSearch(search: Record<string, unknown>): CaseListSearch {
  const read: CaseListSearch = {}
  for (const name of ['state', 'severity', 'hazard', 'village', 'q'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
    else if (typeof value === 'number') read[name] = String(value)
  }
  if (search['overdue'] === true) read.overdue = true
  return read
}

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      signedIn.addChildren([
        start,
        consoleRoute,
        cases,
        oneCase,
        villages,
        village,
        devices,
        quarantine,
        board,
      ]),
    ]),
    defaultPreload: 'intent',
    defaultErrorComponent: RouteFailure,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
