import { Button } from 'antd'
import { useState } from 'react'
import type { PrivacyMask } from '../../../gateway/domain/camera.ts'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { useStill } from '../live-view/use-still.ts'
import { failureWords } from '../parts/failure-words.ts'
import { MaskEditor } from './mask-editor.tsx'
import { mostMasks, newMask } from './mask-shapes.ts'
import { useCameraChange } from './use-camera-change.ts'

/** What must not be seen: homes and yards. Covered before a picture is kept, and while looking live. */
export function MaskPanel({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const still = useStill(camera.id, camera.path === 'up')
  const [draft, setDraft] = useState<PrivacyMask[] | null>(null)
  const save = useCameraChange(camera.id, () => setDraft(null))
  const masks = draft ?? camera.masks
  function add(): void {
    setDraft([...masks, newMask(masks.length)])
  }
  return (
    <section className="panel camera-panel camera-masks">
      <h2 className="panel-title">
        {t('mask.title')}
        {masks.length > 0 && <small>{t('mask.count', { n: masks.length })}</small>}
      </h2>
      <p className="second">{t('mask.what')}</p>
      <MaskEditor
        masks={masks}
        onChange={setDraft}
        still={still?.url ?? null}
        label={t('liveView.stillOf', { camera: camera.name })}
      />
      {masks.length > 0 && <p className="second">{t('mask.keys')}</p>}
      {save.isError && (
        <p className="said" role="alert">
          {failureWords(save.error, t)}
        </p>
      )}
      <div className="camera-acts">
        <Button onClick={add} disabled={masks.length >= mostMasks}>
          {t('mask.add')}
        </Button>
        <Button
          type="primary"
          disabled={draft === null}
          loading={save.isPending}
          onClick={() => draft && save.mutate({ masks: draft })}
        >
          {t('camera.save')}
        </Button>
        {draft !== null && <Button onClick={() => setDraft(null)}>{t('dialog.cancel')}</Button>}
      </div>
    </section>
  )
}
