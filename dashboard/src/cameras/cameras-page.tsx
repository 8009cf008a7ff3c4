import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { camerasQuery } from '../api/camera-queries.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { CameraFilters } from './camera-filters.tsx'
import { CameraGroups, CamerasWaiting, NoCameras } from './camera-groups.tsx'
import { isShown, type ShownState } from './camera-list.ts'
import { CameraTabs } from './camera-tabs.tsx'
import { EventTab } from './event-tab.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { LoginBanner } from './login-banner.tsx'
import './cameras.css'

/** All cameras by village: what they show now, and what stands in the way of those that show nothing. */
export function CamerasPage() {
  const { session, words } = useTown()
  const { t } = words
  const { tab } = useSearch({ from: '/signed-in/cameras' })
  const isAdministrator = session.person.role === 'townAdmin'
  const [joining, setJoining] = useState<readonly string[] | null>(null)
  const isEvents = tab === 'events' && isAdministrator
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('nav.cameras')}</h1>
        <CameraTabs here={isEvents ? 'events' : 'list'} />
        {!isEvents && <ListFilters />}
        {isAdministrator && !isEvents && (
          <Button type="primary" onClick={() => setJoining([])}>
            {t('cameras.join')}
          </Button>
        )}
      </div>
      <div className="page-body">
        {isEvents ? <EventTab /> : <ListTab onJoin={isAdministrator ? setJoining : null} />}
      </div>
      {joining !== null && <JoinDialog addresses={joining} onClose={() => setJoining(null)} />}
    </Shell>
  )
}

function ListFilters() {
  const cameras = useQuery(camerasQuery).data ?? []
  const { state = 'all', village } = useSearch({ from: '/signed-in/cameras' })
  const navigate = useNavigate()
  const go = (search: { state?: ShownState | undefined; village?: string | undefined }) =>
    void navigate({ to: '/cameras', search })
  return (
    <CameraFilters
      cameras={cameras}
      filter={{ state, village }}
      onFilter={(next) =>
        go({ state: next.state === 'all' ? undefined : next.state, village: next.village })
      }
    />
  )
}

function ListTab({ onJoin }: { onJoin: ((addresses: readonly string[]) => void) | null }) {
  const { t } = useTown().words
  const query = useQuery(camerasQuery)
  const { state = 'all', village } = useSearch({ from: '/signed-in/cameras' })
  const shown = query.data?.filter((camera) => isShown(camera, { state, village }))
  return (
    <>
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <CamerasWaiting />}
      {query.data && <LoginBanner cameras={query.data} onJoin={onJoin} />}
      {shown?.length === 0 && (
        <NoCameras isEmpty={query.data?.length === 0} onJoin={onJoin && (() => onJoin([]))} />
      )}
      {shown && <CameraGroups cameras={shown} />}
    </>
  )
}
