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
import { ownPath, readCaseSearch, wordOf } from './search.ts'
import { SignedIn } from './signed-in.tsx'
import { DeskOnly, StartPage } from './start-page.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: RouteMissing })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string } => ({ next: ownPath(search['next']) }),
})

const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn })

const start = createRoute({ getParentRoute: () => signedIn, path: '/', component: StartPage })

const atDesk = createRoute({ getParentRoute: () => signedIn, id: 'at-desk', component: DeskOnly })

const consoleRoute = createRoute({
  getParentRoute: () => atDesk,
  path: '/console',
  component: lazyRouteComponent(() => import('../console/console-page.tsx'), 'ConsolePage'),
})

const cases = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases',
  validateSearch: readCaseSearch,
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
  validateSearch: (search): { device?: string } => ({ device: wordOf(search['device']) }),
  component: lazyRouteComponent(() => import('../devices/devices-page.tsx'), 'DevicesPage'),
})

const quarantine = createRoute({
  getParentRoute: () => atDesk,
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

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      signedIn.addChildren([
        start,
        atDesk.addChildren([consoleRoute, quarantine]),
        cases,
        oneCase,
        villages,
        village,
        devices,
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
