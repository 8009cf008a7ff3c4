import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { readHistorySearch } from '../history/history-search.ts'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { RouteFailure, RouteMissing } from './route-failure.tsx'
import {
  noticeTabs,
  ownPath,
  readAuditSearch,
  readCamerasSearch,
  readCaseSearch,
  readEvaluationSearch,
  readPatrolsSearch,
  wordOf,
} from './search.ts'
import { SignedIn } from './signed-in.tsx'
import {
  AdministratorOnly,
  DeskOnly,
  EvaluatorsOnly,
  RosterKeepersOnly,
  StartPage,
} from './start-page.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: RouteMissing })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search): { next?: string } => ({ next: ownPath(search['next']) }),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../setup/setup-page.tsx'), 'SetupPage'),
})

const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn })

const start = createRoute({ getParentRoute: () => signedIn, path: '/', component: StartPage })

const atDesk = createRoute({ getParentRoute: () => signedIn, id: 'at-desk', component: DeskOnly })

const administration = createRoute({
  getParentRoute: () => signedIn,
  id: 'administration',
  component: AdministratorOnly,
})

const rosterKeepers = createRoute({
  getParentRoute: () => signedIn,
  id: 'roster-keepers',
  component: RosterKeepersOnly,
})

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

const history = createRoute({
  getParentRoute: () => signedIn,
  path: '/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('../history/history-page.tsx'), 'HistoryPage'),
})

const cameras = createRoute({
  getParentRoute: () => signedIn,
  path: '/cameras',
  validateSearch: readCamerasSearch,
  component: lazyRouteComponent(() => import('../cameras/cameras-page.tsx'), 'CamerasPage'),
})

const wall = createRoute({
  getParentRoute: () => signedIn,
  path: '/cameras/wall',
  validateSearch: readCamerasSearch,
  component: lazyRouteComponent(() => import('../cameras/wall-page.tsx'), 'WallPage'),
})

const camera = createRoute({
  getParentRoute: () => signedIn,
  path: '/cameras/$id',
  component: lazyRouteComponent(() => import('../cameras/camera-page.tsx'), 'CameraPage'),
})

const quarantine = createRoute({
  getParentRoute: () => atDesk,
  path: '/quarantine',
  component: lazyRouteComponent(
    () => import('../quarantine/quarantine-page.tsx'),
    'QuarantinePage',
  ),
})

const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../tasks/tasks-page.tsx'), 'TasksPage'),
})

const evaluators = createRoute({
  getParentRoute: () => signedIn,
  id: 'evaluators',
  component: EvaluatorsOnly,
})

const evaluation = createRoute({
  getParentRoute: () => evaluators,
  path: '/evaluation',
  validateSearch: readEvaluationSearch,
  component: lazyRouteComponent(
    () => import('../evaluation/evaluation-page.tsx'),
    'EvaluationPage',
  ),
})

const planned = createRoute({
  getParentRoute: () => evaluators,
  path: '/planned',
  component: lazyRouteComponent(() => import('../planned/planned-page.tsx'), 'PlannedPage'),
})

const video = createRoute({
  getParentRoute: () => evaluators,
  path: '/video',
  validateSearch: (search): { tab?: 'plans' | 'coverage' } => ({
    tab: (['plans', 'coverage'] as const).find((tab) => tab === search['tab']),
  }),
  component: lazyRouteComponent(() => import('../video/video-page.tsx'), 'VideoPage'),
})

const videoRound = createRoute({
  getParentRoute: () => evaluators,
  path: '/video/$id',
  component: lazyRouteComponent(() => import('../video/round-page.tsx'), 'RoundPage'),
})

const patrols = createRoute({
  getParentRoute: () => evaluators,
  path: '/patrols',
  validateSearch: readPatrolsSearch,
  component: lazyRouteComponent(() => import('../patrols/patrols-page.tsx'), 'PatrolsPage'),
})

const walk = createRoute({
  getParentRoute: () => evaluators,
  path: '/patrols/rounds/$id',
  component: lazyRouteComponent(() => import('../patrols/walk-page.tsx'), 'WalkPage'),
})

const pointCode = createRoute({
  getParentRoute: () => signedIn,
  path: '/patrols/code/$point',
  component: lazyRouteComponent(() => import('../patrols/code-page.tsx'), 'CodePage'),
})

/** Nobody is signed in at it: its link opens it. */
const pointScreen = createRoute({
  getParentRoute: () => root,
  path: '/patrols/screen/$point',
  component: lazyRouteComponent(() => import('../patrols/screen-page.tsx'), 'ScreenPage'),
})

const duty = createRoute({
  getParentRoute: () => rosterKeepers,
  path: '/duty',
  validateSearch: (search): { tab?: 'calendar' } => ({
    tab: search['tab'] === 'calendar' ? 'calendar' : undefined,
  }),
  component: lazyRouteComponent(() => import('../duty/duty-page.tsx'), 'DutyPage'),
})

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
})

const health = createRoute({
  getParentRoute: () => atDesk,
  path: '/health',
  component: lazyRouteComponent(() => import('../health/health-page.tsx'), 'HealthPage'),
})

const people = createRoute({
  getParentRoute: () => administration,
  path: '/people',
  validateSearch: (search): { tab?: 'tokens' } => ({
    tab: search['tab'] === 'tokens' ? 'tokens' : undefined,
  }),
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
})

const notices = createRoute({
  getParentRoute: () => signedIn,
  path: '/notices',
  validateSearch: (search): { tab?: (typeof noticeTabs)[number] } => ({
    tab: noticeTabs.find((tab) => tab === search['tab']),
  }),
  component: lazyRouteComponent(() => import('../notices/notices-page.tsx'), 'NoticesPage'),
})

const audit = createRoute({
  getParentRoute: () => administration,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
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
      setup,
      pointScreen,
      signedIn.addChildren([
        start,
        atDesk.addChildren([consoleRoute, quarantine, health]),
        administration.addChildren([people, audit]),
        evaluators.addChildren([evaluation, planned, video, videoRound, patrols, walk]),
        rosterKeepers.addChildren([duty]),
        pointCode,
        account,
        notices,
        tasks,
        cases,
        oneCase,
        villages,
        village,
        devices,
        history,
        cameras,
        wall,
        camera,
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
