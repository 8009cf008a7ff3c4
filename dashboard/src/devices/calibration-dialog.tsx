import { useMutation } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { CalibrationView, DeviceView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import { CalibrationForm } from './calibration-form.tsx'
import { useCalibrated } from './calibration-query.ts'
import { formulaOf, holdingNow } from './calibration-words.ts'

interface CalibrationDialogProps {
  device: DeviceView
  calibrations: readonly CalibrationView[]
  onClose: () => void
}

/** What holds and held, and for the administrator a new one below. */
export function CalibrationDialog({ device, calibrations, onClose }: CalibrationDialogProps) {
  const { session, words } = useTown()
  const { t } = words
  return (
    <Modal
      open
      width={640}
      title={t('calibration.of', { device: device.name })}
      footer={null}
      onCancel={onClose}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <div className="calibration-dialog">
        <p className="second">{t('calibration.what')}</p>
        <CalibrationList device={device} calibrations={calibrations} />
        {session.person.role === 'townAdmin' && (
          <CalibrationForm device={device} calibrations={calibrations} />
        )}
      </div>
    </Modal>
  )
}

export function CalibrationList({
  device,
  calibrations,
}: Pick<CalibrationDialogProps, 'device' | 'calibrations'>) {
  const { t } = useTown().words
  const now = holdingNow(calibrations, serverNow())
  if (calibrations.length === 0) return <p className="second">{t('calibration.listNone')}</p>
  return (
    <ul className="calibration-list" aria-label={t('calibration.list')}>
      {calibrations.map((one) => (
        <CalibrationRow
          key={`${one.property} ${one.from}`}
          device={device}
          calibration={one}
          holds={now.includes(one)}
        />
      ))}
    </ul>
  )
}

interface RowProps {
  device: DeviceView
  calibration: CalibrationView
  holds: boolean
}

function CalibrationRow({ device, calibration, holds }: RowProps) {
  const { session, words, zone } = useTown()
  const { t } = words
  const { property, from, by, reason } = calibration
  const [isAsking, setAsking] = useState(false)
  const calibrated = useCalibrated(device.id)
  const path = `/devices/${encodeURIComponent(device.id)}/calibrations/${property}/${from}`
  const remove = useMutation({
    mutationFn: () => call<undefined>(path, { method: 'DELETE' }),
    onSettled: calibrated,
  })
  return (
    <li>
      <div className="calibration-words">
        <strong>
          {term(t, 'property', property)} {formulaOf(calibration, property)}
          {holds && <span className="device-mark">{t('calibration.now')}</span>}
        </strong>
        <span>
          {t('calibration.from', { time: `${dayOf(from, zone)} ${timeOfDay(from, zone)}` })}
        </span>
        <span className="second">{t('calibration.by', { by, reason })}</span>
        {isAsking && <span className="second">{t('calibration.removeAsk')}</span>}
        {remove.isError && (
          <span className="said" role="alert">
            {failureWords(remove.error, t, { notFound: 'calibration.gone' })}
          </span>
        )}
      </div>
      {session.person.role === 'townAdmin' && (
        <div className="calibration-acts">
          {isAsking && (
            <Button size="small" onClick={() => setAsking(false)}>
              {t('dialog.cancel')}
            </Button>
          )}
          <Button
            size="small"
            danger={isAsking}
            loading={remove.isPending}
            onClick={() => (isAsking ? remove.mutate() : setAsking(true))}
          >
            {t(isAsking ? 'calibration.removeSure' : 'calibration.remove')}
          </Button>
        </div>
      )}
    </li>
  )
}
