import { useQuery } from '@tanstack/react-query'
import { purgesQuery, retentionQuery } from '../api/trust-queries.ts'
import type { PurgeView } from '../api/types.ts'
import { dayOf, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { formatBytes } from '../parts/bytes.ts'
import { Sheet, type SheetColumn, SheetSkeleton } from '../parts/sheet.tsx'
import { RetentionForm } from './retention-form.tsx'

export function RetentionTab() {
  const { t } = useTown().words
  const retention = useQuery(retentionQuery)
  const purges = useQuery(purgesQuery)
  return (
    <>
      {retention.data && <RetentionForm retention={retention.data} />}
      {retention.isPending && <div className="panel skeleton retention-waiting" aria-busy="true" />}
      {retention.isError && !retention.data && (
        <p className="said" role="alert">
          {t('retention.away')}
        </p>
      )}
      <h2 className="panel-title retention-title">{t('retention.purges')}</h2>
      {purges.isPending && <SheetSkeleton rows={3} />}
      {purges.isError && !purges.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {purges.data?.length === 0 && (
        <div className="panel empty">
          <strong>{t('retention.noPurges')}</strong>
          <span>{t('retention.noPurgesNext')}</span>
        </div>
      )}
      {purges.data && purges.data.length > 0 && <PurgeTable purges={purges.data} />}
    </>
  )
}

function PurgeTable({ purges }: { purges: readonly PurgeView[] }) {
  const { words, zone } = useTown()
  const { t, language } = words
  const columns: SheetColumn<PurgeView>[] = [
    {
      key: 'kind',
      label: t('retention.purgeKind'),
      width: 'minmax(0, 1fr)',
      render: (purge) => t(`purged.${purge.kind}`),
    },
    {
      key: 'at',
      label: t('audit.at'),
      width: '176px',
      render: (purge) => stamp(purge.at, zone),
    },
    {
      key: 'before',
      label: t('retention.purgeBefore'),
      width: '120px',
      render: (purge) => dayOf(purge.before, zone),
    },
    {
      key: 'removed',
      label: t('retention.purgeRemoved'),
      width: '120px',
      render: (purge) => purge.removed.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB'),
    },
    {
      key: 'bytes',
      label: t('retention.purgeBytes'),
      width: '96px',
      render: (purge) => formatBytes(purge.bytes),
    },
  ]
  return (
    <Sheet
      label={t('retention.purges')}
      columns={columns}
      rows={purges}
      keyOf={(purge) => purge.id}
    />
  )
}
