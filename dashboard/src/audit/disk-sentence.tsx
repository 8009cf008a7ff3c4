import type { SeriesSize } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { Translate } from '../i18n/translate.ts'
import { formatBytes } from '../parts/bytes.ts'

/** When the disk is full, what readings take, and where that ends. */
function diskSentences(sizes: SeriesSize, t: Translate): string[] {
  const { disk, store, bytes, bytesPerDay, settledBytes } = sizes
  const free = formatBytes(disk?.freeBytes ?? 0)
  const total = formatBytes(disk?.totalBytes ?? 0)
  const days = disk?.daysLeft ?? null
  const full =
    days === null
      ? t('retention.notFull', { free, total })
      : t('retention.full', { n: days, free, total })
  const size = formatBytes(bytes)
  const takes =
    bytesPerDay === null
      ? t('retention.takesOnly', { size })
      : t('retention.takes', { size, perDay: formatBytes(bytesPerDay) })
  return [
    ...(disk === null ? [] : [full]),
    ...(store === 'influx' ? [t('retention.influx')] : [takes]),
    ...(settledBytes === null ? [] : [t('retention.settles', { size: formatBytes(settledBytes) })]),
  ]
}

export function DiskSentence({ sizes }: { sizes: SeriesSize }) {
  const { t, language } = useTown().words
  return (
    <p className="disk-sentence">{diskSentences(sizes, t).join(language === 'zh' ? '' : ' ')}</p>
  )
}
