import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { ThemeFrame } from '../../../dashboard/src/app/theme-frame.tsx'
import { startLanguage } from '../../../dashboard/src/i18n/language.ts'
import { LiveView } from '../../../dashboard/src/live-view/live-view.tsx'
import { aSession, hazards, places } from '../../dashboard/town-views.ts'
import '../../../dashboard/src/theme/base.css'

/** A page with nothing but the cameras its address names: `?cameras=a,b&mode=still`. */

const search = new URLSearchParams(location.search)
const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
client.setQueryData(['session'], aSession())
client.setQueryData(['places'], places)
client.setQueryData(['hazards'], hazards)
startLanguage()
if (search.has('noMse')) Reflect.deleteProperty(window, 'MediaSource')

createRoot(document.querySelector('#root') as Element).render(
  <QueryClientProvider client={client}>
    <ThemeFrame>
      <div style={{ display: 'grid', gap: 8, gridTemplateColumns: '1fr 1fr', padding: 8 }}>
        {search
          .get('cameras')
          ?.split(',')
          .map((id) => (
            <LiveView
              key={id}
              device={{ id, name: `瞭望 ${id}` }}
              mode={search.get('mode') === 'still' ? 'still' : 'live'}
              masks={[
                [
                  [0.8, 0],
                  [1, 0],
                  [1, 0.2],
                ],
              ]}
            />
          ))}
      </div>
      <div style={{ height: 3000 }} />
    </ThemeFrame>
  </QueryClientProvider>,
)
