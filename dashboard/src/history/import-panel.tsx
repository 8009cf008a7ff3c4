import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { importsQuery } from '../api/history-queries.ts'
import { uploadSeries } from '../api/upload-series.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { SheetSkeleton } from '../parts/sheet.tsx'
import { ImportList } from './import-list.tsx'

/** What comes in: checked row by row before any of it is written. */
export function ImportPanel() {
  const { t } = useTown().words
  const imports = useQuery(importsQuery)
  return (
    <section className="panel history-files" aria-label={t('files.import')}>
      <h2 className="panel-title">
        {t('files.import')}
        <small>{t('files.importWhat')}</small>
      </h2>
      <ImportFile />
      <h3 className="panel-title">{t('files.imports')}</h3>
      {imports.isPending && <SheetSkeleton rows={2} />}
      {imports.isError && !imports.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {imports.data?.length === 0 && (
        <div className="empty">
          <strong>{t('files.importsNone')}</strong>
          <span>{t('files.importsNoneNext')}</span>
        </div>
      )}
      {imports.data && imports.data.length > 0 && <ImportList imports={imports.data} />}
    </section>
  )
}

function ImportFile() {
  const { t } = useTown().words
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const [share, setShare] = useState(0)
  const upload = useMutation({
    mutationFn: (file: File) => {
      setShare(0)
      return uploadSeries(file, setShare).done
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['series-imports'] }),
  })
  const take = (file: File | undefined) => file && upload.mutate(file)
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  const percent = Math.round(share * 100)
  return (
    <>
      <fieldset
        className={isOver ? 'history-drop is-over' : 'history-drop'}
        aria-label={t('files.import')}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Button disabled={upload.isPending} onClick={() => input.current?.click()}>
          {t('files.choose')}
        </Button>
        <span className="second">{t('files.drop')}</span>
        <input
          ref={input}
          type="file"
          accept=".csv,.parquet,.lp,.txt"
          hidden
          onChange={(event) => {
            take(event.target.files?.[0])
            // The same file, mended, can be chosen again.
            event.target.value = ''
          }}
        />
      </fieldset>
      {upload.isPending && (
        <div className="history-coming">
          <span
            className="history-progress"
            role="progressbar"
            aria-label={t('files.sending')}
            aria-valuenow={percent}
          >
            <i style={{ width: `${percent}%` }} />
          </span>
          <span>{t('files.sent', { percent: `${percent}%` })}</span>
        </div>
      )}
      {upload.isError && (
        <p className="said" role="alert">
          {failureWords(upload.error, t, {
            away: 'files.sendAway',
            conflict: 'files.busy',
            fileTooLarge: 'files.tooLarge',
            compressed: 'files.compressed',
          })}
        </p>
      )}
    </>
  )
}
