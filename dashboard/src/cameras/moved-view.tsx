import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { call } from '../api/client.ts'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

const deciders = new Set(['townAdmin', 'supervisor', 'operator'])

/** A camera that looks elsewhere than it used to: somebody goes there, or says that it is meant. */
export function MovedView({ camera }: { camera: CameraView }) {
  const town = useTown()
  const { t } = town.words
  const client = useQueryClient()
  const accept = useMutation({
    mutationFn: () =>
      call<CameraView>(`/cameras/${encodeURIComponent(camera.id)}/view`, { method: 'POST' }),
    onSuccess: (next) => {
      client.setQueryData(['camera', camera.id], next)
      void client.invalidateQueries({ queryKey: ['cameras'] })
    },
  })
  if (!camera.pictureFaults.includes('pictureMoved')) return null
  return (
    <div className="said camera-trouble" role="alert">
      <Icon name="warning" size={16} />
      <p>
        <strong>{t('event.pictureMoved')}</strong> {t('camera.movedNext')}
        {accept.isError && <span className="second"> {t('camera.movedFailed')}</span>}
      </p>
      {deciders.has(town.session.person.role) && (
        <Button loading={accept.isPending} onClick={() => accept.mutate()}>
          {t('camera.movedAccept')}
        </Button>
      )}
    </div>
  )
}
