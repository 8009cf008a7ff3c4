import type { SeriesImport } from '../api/history-queries.ts'
import { stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'

/** Files that were read in: how far, how much, and what is wrong in them. */
export function ImportList({ imports }: { imports: readonly SeriesImport[] }) {
  const { words, zone } = useTown()
  const { t } = words
  const columns: SheetColumn<SeriesImport>[] = [
    {
      key: 'name',
      label: t('files.name'),
      width: 'minmax(0, 1.2fr)',
      render: (one) => (
        <span className="one-line" lang="en" title={one.name}>
          {one.name}
        </span>
      ),
    },
    { key: 'at', label: t('files.at'), width: '176px', render: (one) => stamp(one.at, zone) },
    {
      key: 'readings',
      label: t('files.readings'),
      width: '104px',
      isEnd: true,
      render: (one) => one.readings.toLocaleString('en'),
    },
    {
      key: 'state',
      label: t('files.state'),
      width: 'minmax(0, 2fr)',
      render: (one) => <ImportState one={one} />,
    },
  ]
  return (
    <Sheet label={t('files.imports')} columns={columns} rows={imports} keyOf={({ id }) => id} />
  )
}

function ImportState({ one }: { one: SeriesImport }) {
  const { t } = useTown().words
  const isUnderWay = one.state === 'checking' || one.state === 'writing'
  const percent = Math.round(one.progress * 100)
  return (
    <div className="history-import">
      <span>
        {one.state === 'refused' ? (
          <b>{t('files.state.refused', { n: one.errorCount.toLocaleString('en') })}</b>
        ) : (
          t(`files.state.${one.state}`)
        )}
        {one.tooOld > 0 && ` · ${t('files.tooOld', { n: one.tooOld.toLocaleString('en') })}`}
        {one.leftOut > 0 && ` · ${t('files.leftOut', { n: one.leftOut.toLocaleString('en') })}`}
      </span>
      {isUnderWay && (
        <span
          className="history-progress"
          role="progressbar"
          aria-label={t(`files.state.${one.state}`)}
          aria-valuenow={percent}
        >
          <i style={{ width: `${percent}%` }} />
        </span>
      )}
      {one.problem !== null && (
        <span className="second" lang="en">
          {one.problem}
        </span>
      )}
      {one.errors.length > 0 && <RowErrors one={one} />}
    </div>
  )
}

function RowErrors({ one }: { one: SeriesImport }) {
  const { t } = useTown().words
  return (
    <details>
      <summary>{t('files.errors')}</summary>
      <ol className="history-errors">
        {one.errors.map((error) => (
          <li key={`${error.row} ${error.column}`}>
            {t('files.row', { n: error.row })}
            {error.column !== null && (
              <>
                {' '}
                · <span lang="en">{error.column}</span>
              </>
            )}
            {t('files.colon')}
            <span lang="en">{error.text}</span>
          </li>
        ))}
      </ol>
      {one.errorCount > one.errors.length && (
        <p className="second">
          {t('files.moreErrors', { n: (one.errorCount - one.errors.length).toLocaleString('en') })}
        </p>
      )}
    </details>
  )
}
