import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { vi } from 'vitest'
import type { Session } from '../../dashboard/src/api/types.ts'
import { setServerNow } from '../../dashboard/src/app/now.ts'
import { createAppRouter } from '../../dashboard/src/app/router.tsx'
import { ThemeFrame } from '../../dashboard/src/app/theme-frame.tsx'
import { setLanguage } from '../../dashboard/src/i18n/language.ts'
import type { Language } from '../../dashboard/src/i18n/translate.ts'
import type { LiveState } from '../../dashboard/src/live/live-connection.ts'
import { setLiveState } from '../../dashboard/src/live/live-status.ts'
import { type Element, parseMarkup } from './markup.ts'
import { aSession, hazards, places } from './town-views.ts'

/** Parts and whole pages as markup, without a browser: the cache holds what the gateway would answer. */

export interface Scene {
  language?: Language
  session?: Session | null
  now?: number
  live?: LiveState
  /** What the cache knows besides the session, the places and the hazards: query key and answer. */
  answers?: readonly (readonly [readonly unknown[], unknown])[]
}

export const tenTwentyFour = Date.UTC(2026, 10, 21, 2, 24)

function speak(language: Language): void {
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  try {
    setLanguage(language)
  } finally {
    vi.unstubAllGlobals()
  }
}

function stage(scene: Scene): QueryClient {
  const now = scene.now ?? tenTwentyFour
  speak(scene.language ?? 'zh')
  setServerNow(now)
  setLiveState(scene.live ?? { phase: 'live', lastHeardAt: now - 2_000 })
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  })
  client.setQueryData(['session'], scene.session === undefined ? aSession() : scene.session)
  client.setQueryData(['places'], places)
  client.setQueryData(['hazards'], hazards)
  client.setQueryData(['setup'], { needed: false, town: null })
  for (const [key, answer] of scene.answers ?? []) client.setQueryData(key, answer)
  return client
}

async function draw(client: QueryClient, router: ReturnType<typeof createRouter>) {
  await router.load()
  return parseMarkup(
    renderToStaticMarkup(
      <QueryClientProvider client={client}>
        <ThemeFrame>
          <RouterProvider router={router as never} />
        </ThemeFrame>
      </QueryClientProvider>,
    ),
  )
}

/** One part of a page. */
export function renderPart(part: ReactNode, scene: Scene = {}): Promise<Element> {
  const root = createRootRoute({ component: () => part })
  const router = createRouter({
    routeTree: root,
    history: createMemoryHistory({ initialEntries: ['/'] }),
    defaultNotFoundComponent: () => part,
  })
  return draw(stage(scene), router as never)
}

/** A whole page by its address, through the app's own routes. */
export function renderPage(path: string, scene: Scene = {}): Promise<Element> {
  const router = createAppRouter()
  router.update({
    ...router.options,
    history: createMemoryHistory({ initialEntries: [path] }),
  } as never)
  return draw(stage(scene), router as never)
}
