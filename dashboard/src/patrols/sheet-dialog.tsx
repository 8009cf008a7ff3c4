import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { queryString } from '../api/client.ts'
import type { PointView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { isOnPaper } from './point-entry.ts'

interface SheetDialogProps {
  points: readonly PointView[]
  /** Ticked in the list. */
  picked: ReadonlySet<string>
  village: string | null
  onClose: () => void
}

type Which = 'picked' | 'village' | 'all'

/** What is to be printed, as a link that the browser downloads. */
export function SheetDialog({ points, picked, village, onClose }: SheetDialogProps) {
  const town = useTown()
  const { t } = town.words
  const chosen = points.filter(({ id }) => picked.has(id))
  const own = points.filter((point) => point.village === village)
  const [which, setWhich] = useState<Which>(
    chosen.length > 0 ? 'picked' : village !== null ? 'village' : 'all',
  )
  const { language } = town.words
  const [perPage, setPerPage] = useState<6 | 12>(6)
  const meant = { picked: chosen, village: own, all: points }[which]
  const printed = meant.filter(({ tag }) => isOnPaper(tag))
  const options: { value: Which; label: string }[] = [
    ...(chosen.length > 0
      ? [{ value: 'picked' as const, label: t('sheet.selected', { n: chosen.length }) }]
      : []),
    ...(village !== null
      ? [
          {
            value: 'village' as const,
            label: t('sheet.village', { village: town.place(village), n: own.length }),
          },
        ]
      : []),
    { value: 'all', label: t('sheet.all', { n: points.length }) },
  ]
  return (
    <Modal
      open
      title={t('sheet.open')}
      okText={t('sheet.get')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{
        href: sheetPath({ printed, perPage, language }),
        disabled: printed.length === 0,
        download: true,
      }}
      onOk={onClose}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="second">{t('sheet.what')}</p>
      <div className="walk-field">
        <span>{t('sheet.which')}</span>
        <Radio.Group
          vertical
          aria-label={t('sheet.which')}
          value={which}
          options={options}
          onChange={(event) => setWhich(event.target.value as Which)}
        />
      </div>
      <div className="walk-field">
        <span>{t('sheet.perPage')}</span>
        <Radio.Group
          aria-label={t('sheet.perPage')}
          value={perPage}
          options={[
            { value: 6, label: t('sheet.six') },
            { value: 12, label: t('sheet.twelve') },
          ]}
          onChange={(event) => setPerPage(event.target.value as 6 | 12)}
        />
      </div>
      {printed.length < meant.length && (
        <p className="said" role="status">
          {printed.length === 0
            ? t('sheet.nothing')
            : t('sheet.noCode', { n: meant.length - printed.length })}
        </p>
      )}
    </Modal>
  )
}

interface Wanted {
  printed: readonly PointView[]
  perPage: 6 | 12
  language: 'zh' | 'en'
}

/** By name: what has no code on paper is left out. */
export function sheetPath({ printed, ...how }: Wanted): string {
  const points = printed.map(({ id }) => id).join()
  return `/api/v1/patrol/tag-sheet${queryString({ points, ...how })}`
}
