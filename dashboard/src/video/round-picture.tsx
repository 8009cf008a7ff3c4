import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useState } from 'react'
import { camerasQuery } from '../api/camera-queries.ts'
import type { VideoRoundDetail } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { LiveView } from '../live-view/live-view.tsx'
import { Icon } from '../parts/icon.tsx'

interface RoundPictureProps {
  camera: { id: string; name: string }
  round: VideoRoundDetail
}

/** What the camera shows, large; of one that cannot be asked, why, and that it counts all the same. */
export function RoundPicture({ camera }: RoundPictureProps) {
  const { t } = useTown().words
  const [mode, setMode] = useState<'live' | 'still'>('live')
  const known = useQuery(camerasQuery).data?.find(({ id }) => id === camera.id)
  const path = known?.path ?? 'up'
  return (
    <section className="round-picture">
      {path === 'up' ? (
        <>
          <LiveView device={camera} mode={mode} masks={known?.masks ?? []} />
          <Segmented<'live' | 'still'>
            className="round-mode"
            aria-label={t('round.picture')}
            value={mode}
            onChange={setMode}
            options={(['live', 'still'] as const).map((value) => ({
              value,
              label: t(`round.${value}`),
            }))}
          />
        </>
      ) : (
        <div className="round-gone" role="status">
          <Icon name="away" size={40} />
          <strong>{t(`round.gone.${path}`)}</strong>
          <p>{t('round.goneNext')}</p>
        </div>
      )}
    </section>
  )
}
