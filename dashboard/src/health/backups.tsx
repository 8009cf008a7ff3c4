import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { ApiError, call } from '../api/client.ts'
import { backupsQuery } from '../api/trust-queries.ts'
import type { BackupView } from '../api/types.ts'
import { stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { formatBytes } from '../parts/bytes.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { Sheet, type SheetColumn, SheetSkeleton } from '../parts/sheet.tsx'

/** What there is, a new one, and how to come back to one. */
export function Backups() {
  const { t } = useTown().words
  const client = useQueryClient()
  const query = useQuery(backupsQuery)
  const make = useMutation({
    mutationFn: () => call('/backups', { method: 'POST', body: {}, timeoutMs: 120_000 }),
    onMutate: () => void client.invalidateQueries({ queryKey: ['backups'] }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['health'] })
      return client.invalidateQueries({ queryKey: ['backups'] })
    },
  })
  const running = query.data?.find((one) => one.state === 'running')
  return (
    <section className="backups" id="backups">
      <div className="backups-head">
        <h2>{t('backup.title')}</h2>
        <span className="second">{t('backup.what')}</span>
        <Button
          type="primary"
          disabled={running !== undefined || make.isPending}
          onClick={() => make.mutate()}
        >
          {running
            ? t('backup.running', { percent: `${Math.round(running.progress * 100)}%` })
            : t('backup.make')}
        </Button>
      </div>
      {make.isError && (
        <p className="said" role="alert">
          {backupFailure(make.error, t)}
        </p>
      )}
      {query.isPending && <SheetSkeleton rows={2} />}
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('backup.away')}
        </p>
      )}
      {query.data?.length === 0 && (
        <div className="panel empty">
          <strong>{t('backup.none')}</strong>
          <span>{t('backup.noneNext')}</span>
        </div>
      )}
      {query.data && query.data.length > 0 && <BackupList backups={query.data} />}
    </section>
  )
}

function backupFailure(error: unknown, t: Parameters<typeof failureWords>[1]): string {
  if (error instanceof ApiError && error.kind === 'away' && error.problem) return t('backup.failed')
  return failureWords(error, t, { conflict: 'backup.busy', server: 'backup.failed' })
}

function BackupList({ backups }: { backups: readonly BackupView[] }) {
  const town = useTown()
  const { t } = town.words
  const newest = backups.find((one) => one.state === 'done')
  const columns: SheetColumn<BackupView>[] = [
    { key: 'at', label: t('backup.at'), width: '168px', render: (one) => stamp(one.at, town.zone) },
    {
      key: 'name',
      label: t('backup.name'),
      width: 'minmax(0, 1fr)',
      render: (one) => (
        <span className="mono one-line" lang="en" title={one.name}>
          {one.name}
        </span>
      ),
      drop: 'phone',
    },
    {
      key: 'cause',
      label: t('backup.cause'),
      width: '128px',
      render: (one) => term(t, 'backup.cause', one.cause),
    },
    {
      key: 'size',
      label: t('backup.size'),
      width: '88px',
      render: (one) => (one.bytes > 0 ? formatBytes(one.bytes) : '–'),
    },
    {
      key: 'state',
      label: t('backup.state'),
      width: 'minmax(96px, 0.5fr)',
      render: (one) => <BackupState one={one} />,
    },
  ]
  const command = `bin/lianxun.mjs restore data/backups/${newest?.name ?? ''}`
  return (
    <>
      <Sheet label={t('backup.title')} columns={columns} rows={backups} keyOf={(one) => one.name} />
      {newest && (
        <div className="panel backup-restore">
          <span>{t('backup.restore')}</span>
          <pre className="mono" lang="en">
            {command}
          </pre>
          <CopyButton text={command} label={t('backup.copy')} />
          <span className="second">{t('backup.elsewhere')}</span>
        </div>
      )}
    </>
  )
}

function BackupState({ one }: { one: BackupView }) {
  const { t } = useTown().words
  if (one.state !== 'running') {
    return (
      <>
        {one.state === 'failed' ? <b>{t('backup.state.failed')}</b> : t('backup.state.done')}
        {one.error !== null && (
          <span className="second" lang="en">
            {one.error}
          </span>
        )}
      </>
    )
  }
  return (
    <span
      className="backup-progress"
      role="progressbar"
      aria-label={t('backup.state.running')}
      aria-valuenow={Math.round(one.progress * 100)}
    >
      <i style={{ width: `${one.progress * 100}%` }} />
    </span>
  )
}
