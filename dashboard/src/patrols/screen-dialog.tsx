import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { call } from '../api/client.ts'
import { pointScreenQuery } from '../api/patrol-queries.ts'
import type { MadeScreen, PointScreenView, PointView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { codePath } from './point-entry.ts'
import './screen.css'

interface ScreenDialogProps {
  point: PointView
  onClose: () => void
}

/** Shows the code on this computer, or lets a screen at the point do so for weeks. */
export function ScreenDialog({ point, onClose }: ScreenDialogProps) {
  const { t } = useTown().words
  const query = useQuery(pointScreenQuery(point.id))
  const { make, withdraw } = useScreenActs(point)
  const failure = withdraw.error ?? make.error
  return (
    <Modal
      open
      width={640}
      title={t('screen.title')}
      okText={t('dialog.close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      onOk={onClose}
      onCancel={onClose}
      // What is shown once must not go by a slip beside the dialog.
      maskClosable={make.data === undefined}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">{point.name}</p>
      <div className="tag-setting">
        <section>
          <h3>{t('screen.here')}</h3>
          <p className="second">{t('screen.hereWhat')}</p>
          <a className="walk-go" href={codePath(point.id)} target="_blank" rel="noreferrer">
            {t('screen.open')}
          </a>
        </section>
        <section>
          <h3>{t('screen.link')}</h3>
          <p className="second">{t('screen.linkWhat')}</p>
          {query.isPending && <div className="skeleton screen-waiting" aria-busy="true" />}
          {make.data && <Made url={make.data.url} />}
          {query.data && <State view={query.data} isNew={make.data !== undefined} />}
          {query.data && (
            <div className="screen-acts">
              <Button loading={make.isPending} onClick={() => make.mutate()}>
                {t(query.data.link === null ? 'screen.make' : 'screen.remake')}
              </Button>
              {query.data.link !== null && (
                <Button loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
                  {t('screen.withdraw')}
                </Button>
              )}
            </div>
          )}
        </section>
      </div>
      {(query.isError || failure) && (
        <p className="said" role="alert">
          {failureWords(failure ?? query.error, t, { invalid: 'code.missing' })}
        </p>
      )}
    </Modal>
  )
}

function useScreenActs({ id }: PointView) {
  const client = useQueryClient()
  const path = `/patrol/points/${encodeURIComponent(id)}/screen`
  const onSettled = () => client.invalidateQueries({ queryKey: ['patrol-screen', id] })
  const make = useMutation({
    mutationFn: () => call<MadeScreen>(path, { method: 'POST' }),
    onSettled,
  })
  const withdraw = useMutation({
    mutationFn: () => call(path, { method: 'DELETE' }),
    // The link above opens nothing any more.
    onSuccess: () => make.reset(),
    onSettled,
  })
  return { make, withdraw }
}

function Made({ url }: { url: string }) {
  const { t } = useTown().words
  return (
    <div className="screen-made" role="status">
      <strong>{t('screen.once')}</strong>
      <Input.TextArea
        className="mono"
        readOnly
        autoSize
        value={url}
        aria-label={t('screen.link')}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={url} label={t('setting.copyUrl')} />
    </div>
  )
}

function State({ view: { link }, isNew }: { view: PointScreenView; isNew: boolean }) {
  const { words, zone } = useTown()
  const now = useNow()
  if (isNew) return null
  if (link === null) return <p>{words.t('screen.none')}</p>
  return (
    <p>{words.t('screen.since', { name: link.madeBy, time: shortTime(link.madeAt, now, zone) })}</p>
  )
}
