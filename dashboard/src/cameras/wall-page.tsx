import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { camerasQuery } from '../api/camera-queries.ts'
import type { CameraView } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { CameraFilters } from './camera-filters.tsx'
import { NoCameras } from './camera-groups.tsx'
import { byVillage, isShown } from './camera-list.ts'
import { CameraTabs } from './camera-tabs.tsx'
import { mayTurn } from './camera-words.ts'
import { PtzPad } from './ptz-pad.tsx'
import { type Ptz, usePtz, usePtzKeys } from './use-ptz.ts'
import { WallCell } from './wall-cell.tsx'
import { WallHints } from './wall-hints.tsx'
import { wallActOf } from './wall-keys.ts'
import {
  firstWall,
  inHand,
  liveOn,
  nextWall,
  pageCount,
  shownOn,
  type Wall,
  type WallAct,
  wallSizes,
} from './wall-paging.ts'
import './cameras.css'
import './wall.css'

/** Many cameras at once, page by page; one of them large, and turned by hand. */
export function WallPage() {
  const town = useTown()
  const { t } = town.words
  const { state = 'all', village } = useSearch({ from: '/signed-in/cameras/wall' })
  const navigate = useNavigate()
  const query = useQuery(camerasQuery)
  const cameras = useMemo(
    () =>
      byVillage(
        (query.data ?? []).filter((camera) => isShown(camera, { state, village })),
        town.places,
      ).flatMap((group) => group.cameras),
    [query.data, state, village, town.places],
  )
  const { wall, act, ids } = useWall(cameras)
  const held = cameras.find(({ id }) => id === inHand(wall, ids))
  const ptz = usePtz(held && mayTurn(town, held) ? held.id : null)
  const presets = wall.isLarge ? (held?.abilities?.ptz?.presets ?? noPresets) : noPresets
  usePtzKeys(ptz?.hand ?? null, presets)
  useWallKeys({ isLarge: wall.isLarge, isTurning: ptz !== null }, act)

  return (
    <Shell>
      <div className="page-head wall-head">
        <h1>{t('nav.cameras')}</h1>
        <CameraTabs here="wall" />
        <CameraFilters
          cameras={query.data ?? []}
          filter={{ state, village }}
          onFilter={(next) =>
            void navigate({
              to: '/cameras/wall',
              search: {
                state: next.state === 'all' ? undefined : next.state,
                village: next.village,
              },
            })
          }
        />
        <WallControls wall={wall} cameras={cameras.length} act={act} />
      </div>
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.data && cameras.length === 0 ? (
        <div className="page-body">
          <NoCameras isEmpty={query.data.length === 0} onJoin={null} />
        </div>
      ) : (
        <WallPictures {...{ wall, ids, cameras, act, ptz }} isWaiting={query.isPending} />
      )}
      <WallHints isLarge={wall.isLarge} isTurning={ptz !== null} hasPresets={presets.length > 0} />
    </Shell>
  )
}

const noPresets: readonly { token: string }[] = []

function useWall(cameras: readonly CameraView[]) {
  const ids = useMemo(() => cameras.map(({ id }) => id), [cameras])
  const [wall, setWall] = useState(firstWall)
  const act = useCallback((next: WallAct) => setWall((now) => nextWall(now, next, ids)), [ids])
  return { wall, act, ids }
}

function useWallKeys(
  { isLarge, isTurning }: { isLarge: boolean; isTurning: boolean },
  act: (act: WallAct) => void,
): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target instanceof HTMLElement ? event.target : null
      if (target?.closest('input, textarea, .ant-segmented, .ant-select, .ant-modal')) return
      // Enter presses the button that has the focus.
      if (event.key === 'Enter' && target?.closest('a, button:not(.wall-open)')) return
      const next = wallActOf(event.key, { isLarge, isTurning })
      if (!next) return
      event.preventDefault()
      act(next)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [act, isLarge, isTurning])
}

interface ControlsProps {
  wall: Wall
  cameras: number
  act: (act: WallAct) => void
}

function WallControls({ wall, cameras, act }: ControlsProps) {
  const { t } = useTown().words
  const pages = pageCount(cameras, wall.size)
  const page = Math.min(wall.page, pages - 1) + 1
  return (
    <div className="wall-controls">
      <Segmented
        aria-label={t('wall.size')}
        value={wall.size}
        onChange={(size) => act({ act: 'size', size })}
        options={wallSizes.map((value) => ({ value, label: String(value) }))}
      />
      <div className="wall-pages" role="group" aria-label={t('wall.pages')}>
        <Button
          aria-label={t('wall.previous')}
          aria-keyshortcuts="PageUp"
          disabled={pages === 1}
          icon={<Icon name="back" size={16} />}
          onClick={() => act({ act: 'page', by: -1 })}
        />
        <span aria-live="polite">{t('wall.page', { page, pages })}</span>
        <Button
          aria-label={t('wall.next')}
          aria-keyshortcuts="PageDown"
          disabled={pages === 1}
          icon={<Icon name="next" size={16} />}
          onClick={() => act({ act: 'page', by: 1 })}
        />
      </div>
    </div>
  )
}

interface PicturesProps {
  wall: Wall
  ids: readonly string[]
  cameras: readonly CameraView[]
  act: (act: WallAct) => void
  ptz: Ptz | null
  isWaiting: boolean
}

function WallPictures({ wall, ids, cameras, act, ptz, isWaiting }: PicturesProps) {
  const live = liveOn(wall, ids)
  const shown = wall.isLarge ? [wall.chosen] : shownOn(wall, ids)
  const held = cameras.find(({ id }) => id === inHand(wall, ids))
  return (
    <div className="wall-frame">
      <div className={`wall is-${wall.isLarge ? 1 : wall.size}`} aria-busy={isWaiting}>
        {isWaiting && <span className="skeleton" />}
        {shown.map((id) => {
          const camera = cameras.find((one) => one.id === id)
          return (
            camera && (
              <WallCell
                key={camera.id}
                camera={camera}
                isLive={wall.isLarge || live.has(camera.id)}
                isChosen={camera.id === wall.chosen}
                isLarge={wall.isLarge}
                act={act}
              />
            )
          )
        })}
      </div>
      {ptz && held && (
        <div className="wall-ptz">
          <PtzPad camera={held} ptz={ptz} hasDigits={wall.isLarge} />
        </div>
      )}
    </div>
  )
}
