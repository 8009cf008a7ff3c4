import { Button } from 'antd'
import { useState } from 'react'
import { exportUrl } from '../api/history-queries.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { spanInWords } from '../chart/moment.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import type { HistoryWindow, Picked } from './history-search.ts'
import { saveBlob } from './save-blob.ts'
import { drawPicture } from './save-picture.ts'
import { useCompared } from './use-compared.ts'

interface CompareActsProps {
  picks: readonly Picked[]
  view: HistoryWindow
}

/** What is shown goes on: as a picture, as a table, as a link. */
export function CompareActs({ picks, view }: CompareActsProps) {
  const { session, words, zone } = useTown()
  const { t } = words
  const { visible, limits, alarms } = useCompared(view)
  const [isFailed, setFailed] = useState(false)
  const name = `${t('history.file')}-${dayOf(view.from, zone)}-${dayOf(view.to - 1, zone)}`
  async function save() {
    const title = t('history.pictureTitle', { town: session.town.name })
    const legend = {
      latest: t('history.latest'),
      min: t('history.min'),
      mean: t('history.mean'),
      max: t('history.max'),
    }
    const picture = { series: visible, limits, alarms, view, zone, language: words.language }
    const blob = await drawPicture({ ...picture, title, span: spanInWords(view, zone), legend })
    setFailed(blob === null)
    if (blob) saveBlob(blob, `${name}.png`)
  }
  const asked = {
    format: 'csv' as const,
    device: [...new Set(picks.map(({ device }) => device))],
    property: [...new Set(picks.map(({ property }) => property))],
    from: view.from,
    to: view.to,
  }
  return (
    <div className="history-acts">
      {isFailed && <span role="alert">{t('history.pictureFailed')}</span>}
      <Button onClick={() => void save()}>{t('history.savePicture')}</Button>
      <Button href={exportUrl(asked)} download={`${name}.csv`}>
        {t('history.saveTable')}
      </Button>
      <CopyButton text={globalThis.location?.href ?? ''} label={t('history.copyLink')} />
    </div>
  )
}
