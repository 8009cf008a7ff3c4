import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { tellWorkerLanguage } from './account/push-language.ts'
import { ApiError } from './api/client.ts'
import { createAppRouter } from './app/router.tsx'
import { ThemeFrame } from './app/theme-frame.tsx'
import { onLanguage, startLanguage } from './i18n/language.ts'
import { familyOf, startTheme } from './theme/theme-choice.ts'
import './theme/base.css'
import './app/shell.css'
import './parts/shared.css'

startLanguage()
onLanguage((language) => void tellWorkerLanguage(language))
startTheme(familyOf(location.pathname))

/** A session that has ended is noticed by whichever request comes first; the door does the rest. */
function onError(error: Error): void {
  if (error instanceof ApiError && error.code === 'signInFirst') {
    client.setQueryData(['session'], null)
  }
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // A request that cannot leave fails at once and is told; paused ones would just seem to hang.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 3 &&
        error instanceof ApiError &&
        (error.kind === 'away' || error.kind === 'server'),
    },
  },
})
const router = createAppRouter()

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ThemeFrame>
        <RouterProvider router={router} />
      </ThemeFrame>
    </QueryClientProvider>
  </StrictMode>,
)
