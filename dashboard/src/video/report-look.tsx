import { Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import type { Said } from './use-look.ts'

interface ReportLookProps {
  camera: { id: string; name: string }
  said: Said
  /** It gives no picture now. */
  isAway: boolean
  error: Error | null
  isBusy: boolean
  onSend: (hazard: string, note: string | null) => void
  onClose: () => void
}

/** What it is, and what else there is to say; the rest was ticked already. */
export function ReportLook(props: ReportLookProps) {
  const town = useTown()
  const { t } = town.words
  const { camera, said, isAway, error, isBusy, onSend, onClose } = props
  const [hazard, setHazard] = useState<string | null>(() =>
    isAway && town.hazards.some(({ id }) => id === 'deviceFault') ? 'deviceFault' : null,
  )
  const [isAsked, setAsked] = useState(false)

  function finish(): void {
    setAsked(true)
    if (hazard === null || isBusy) return
    onSend(hazard, said.note.trim() === '' ? null : said.note.trim())
  }

  return (
    <Modal
      open
      title={t('round.reportTitle', { camera: camera.name })}
      okText={t('round.send')}
      cancelText={t('dialog.cancel')}
      confirmLoading={isBusy}
      onOk={finish}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="second">{t(isAway ? 'round.reportBlind' : 'round.reportWhat')}</p>
      {said.findings.length > 0 && (
        <p>{t('round.findings', { items: said.findings.join(t('list.comma')) })}</p>
      )}
      <div className="look-field">
        <label htmlFor="look-hazard">{t('round.hazard')}</label>
        <Select
          id="look-hazard"
          autoFocus
          value={hazard}
          onChange={setHazard}
          showSearch={{ optionFilterProp: 'label' }}
          options={town.hazards.map(({ id }) => ({ value: id, label: town.hazard(id) }))}
        />
      </div>
      <label className="look-field">
        <span>
          {t('round.note')} <small className="second">{t('round.noteHelp')}</small>
        </span>
        <Input.TextArea
          rows={3}
          maxLength={500}
          value={said.note}
          onChange={(event) => said.setNote(event.target.value)}
        />
      </label>
      {isAsked && (hazard === null || error !== null) && (
        <p className="said" role="alert">
          {hazard === null
            ? t('round.hazardMissing')
            : failureWords(error, t, { conflict: 'round.conflict' })}
        </p>
      )}
    </Modal>
  )
}
