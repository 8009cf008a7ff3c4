import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { ApiError, call } from '../api/client.ts'
import type { QuarantineView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { type Translate, term } from '../i18n/translate.ts'
import { prettyPayload } from './payload.ts'

interface QuarantineCardProps {
  one: QuarantineView
  onRepair: () => void
  onAdopt: () => void
}

export function replayFailure(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError) || error.kind === 'server') return t('quarantine.failed')
  if (error.kind === 'tooMany') return t('failure.tooMany')
  if (error.kind === 'signedOut') return t('failure.signedOut')
  if (error.kind === 'away') return t('failure.stepAway')
  if (error.kind === 'forbidden' || error.kind === 'notFound') return t('failure.stepForbidden')
  return t('quarantine.stillRefused')
}

export function QuarantineCard({ one, onRepair, onAdopt }: QuarantineCardProps) {
  const town = useTown()
  const { t } = town.words
  const client = useQueryClient()
  const now = serverNow()
  const { role } = town.session.person
  const canMend = role === 'townAdmin' || role === 'operator'
  const isNewDevice = one.reason === 'unknownDevice' && one.device !== null
  const act = useMutation({
    mutationFn: (what: 'replay' | 'discard') =>
      call(`/quarantine/${one.id}/${what}`, { method: 'POST', body: {} }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['quarantine'] })
      void client.invalidateQueries({ queryKey: ['load'] })
    },
  })
  return (
    <article className="panel quarantine-card">
      <header>
        <h2>{term(t, 'reason', one.reason)}</h2>
        <span className="second">
          {t('quarantine.times', { n: one.count })} ·{' '}
          {one.firstAt === one.lastAt
            ? shortTime(one.lastAt, now, town.zone)
            : t('quarantine.between', {
                from: shortTime(one.firstAt, now, town.zone),
                to: shortTime(one.lastAt, now, town.zone),
              })}
        </span>
      </header>
      <dl className="pairs">
        <dt>{t('quarantine.topic')}</dt>
        <dd className="mono">{one.topic}</dd>
        <dt>{t('quarantine.detail')}</dt>
        <dd>{one.detail}</dd>
      </dl>
      <pre className="payload" tabIndex={0} aria-label={t('quarantine.payload')}>
        {prettyPayload(one.payload)}
      </pre>
      {act.isError && (
        <p className="said" role="alert">
          {replayFailure(act.error, t)}
        </p>
      )}
      {one.state === 'waiting' && canMend && (
        <div className="quarantine-actions">
          {isNewDevice &&
            (role === 'townAdmin' ? (
              <Button type="primary" onClick={onAdopt}>
                {t('quarantine.adopt')}
              </Button>
            ) : (
              <span className="second">{t('quarantine.askAdmin')}</span>
            ))}
          <Button
            loading={act.isPending && act.variables === 'replay'}
            onClick={() => act.mutate('replay')}
          >
            {t('quarantine.replay')}
          </Button>
          <Button onClick={onRepair}>{t('quarantine.repair')}</Button>
          <Popconfirm
            title={t('quarantine.discardAsk')}
            okText={t('quarantine.discard')}
            cancelText={t('dialog.cancel')}
            onConfirm={() => act.mutate('discard')}
          >
            <Button type="text">{t('quarantine.discard')}</Button>
          </Popconfirm>
        </div>
      )}
    </article>
  )
}
