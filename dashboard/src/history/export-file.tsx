import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { type ExportAsked, exportSizeQuery, exportUrl } from '../api/history-queries.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { formatBytes } from '../parts/bytes.ts'
import { failureWords } from '../parts/failure-words.ts'
import { download, mostInMemory } from './download.ts'
import { saveBlob } from './save-blob.ts'

const endings = { csv: 'csv', parquet: 'parquet', line: 'lp' } as const

/** How large it gets, the way to have it, and how far it is. */
export function ExportFile({ asked }: { asked: ExportAsked }) {
  const { words, zone } = useTown()
  const { t } = words
  const size = useQuery(exportSizeQuery(asked))
  const [bytes, setBytes] = useState(0)
  const stop = useRef<AbortController | null>(null)
  const name = `${t('history.file')}-${dayOf(asked.from, zone)}-${dayOf(asked.to - 1, zone)}.${endings[asked.format]}`
  const fetching = useMutation({
    mutationFn: async () => {
      stop.current = new AbortController()
      setBytes(0)
      const blob = await download(exportUrl(asked), {
        signal: stop.current.signal,
        onBytes: setBytes,
      })
      saveBlob(blob, name)
      return blob.size
    },
  })
  const isNothing = size.data?.readings === 0
  const isLarge = (size.data?.bytes ?? 0) > mostInMemory
  // What was broken off by hand is no failure of the gateway's.
  const isStopped = fetching.isError && !(fetching.error instanceof ApiError)
  return (
    <>
      <div className="history-export">
        <p role="status" aria-busy={size.isFetching}>
          <ExportSaid size={size.data} isFailed={size.isError} />
        </p>
        {isLarge ? (
          <Button type="primary" href={exportUrl(asked)} download={name}>
            {t('files.download')}
          </Button>
        ) : (
          <Button
            type="primary"
            disabled={isNothing || !size.data || fetching.isPending}
            onClick={() => fetching.mutate()}
          >
            {t('files.download')}
          </Button>
        )}
        {fetching.isPending && (
          <Button onClick={() => stop.current?.abort()}>{t('files.stop')}</Button>
        )}
      </div>
      {isLarge && <p className="second">{t('files.large')}</p>}
      {fetching.isPending && <Coming bytes={bytes} all={size.data?.bytes ?? 0} />}
      {fetching.isSuccess && (
        <p className="said" role="status">
          {t('files.saved', { name, size: formatBytes(fetching.data) })}
        </p>
      )}
      {fetching.isError && (
        <p className="said" role="alert">
          {isStopped ? t('files.stopped') : failureWords(fetching.error, t, { away: 'files.away' })}
        </p>
      )}
    </>
  )
}

interface ExportSaidProps {
  size: { series: number; readings: number; bytes: number } | undefined
  isFailed: boolean
}

function ExportSaid({ size, isFailed }: ExportSaidProps) {
  const { t } = useTown().words
  if (isFailed) return t('files.sizeFailed')
  if (!size) return t('files.sizeAsked')
  if (size.readings === 0) return t('files.nothing')
  return t('files.size', {
    series: size.series.toLocaleString('en'),
    readings: size.readings.toLocaleString('en'),
    size: formatBytes(size.bytes),
  })
}

/** The size was said about; it is never more than done. */
function Coming({ bytes, all }: { bytes: number; all: number }) {
  const { t } = useTown().words
  const percent = Math.min(99, Math.round((bytes / Math.max(1, all)) * 100))
  return (
    <div className="history-coming">
      <span
        className="history-progress"
        role="progressbar"
        aria-label={t('files.coming')}
        aria-valuenow={percent}
      >
        <i style={{ width: `${percent}%` }} />
      </span>
      <span>
        {formatBytes(bytes)} · {percent}%
      </span>
    </div>
  )
}
