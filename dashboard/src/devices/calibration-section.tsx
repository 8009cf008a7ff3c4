import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { DeviceView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { CalibrationDialog } from './calibration-dialog.tsx'
import { calibrationsQuery } from './calibration-query.ts'
import { formulaOf, holdingNow, propertiesOf } from './calibration-words.ts'
import './calibration.css'

/** Whether the values shown are those that were measured; nothing at what measures nothing. */
export function CalibrationSection({ device }: { device: DeviceView }) {
  const { session, words, zone } = useTown()
  const { t } = words
  const { data: calibrations, isError } = useQuery(calibrationsQuery(device.id))
  const [isOpen, setOpen] = useState(false)
  if (calibrations === undefined && !isError) return null
  const known = calibrations ?? []
  if (propertiesOf(device, known).length === 0) return null
  const isAdmin = session.person.role === 'townAdmin'
  const holding = holdingNow(known, serverNow())
  return (
    <section className="calibration" aria-label={t('calibration.title')}>
      <h3 className="panel-title">{t('calibration.title')}</h3>
      {isError && <p className="said">{t('calibration.failed')}</p>}
      {!isError && holding.length === 0 && <p className="second">{t('calibration.none')}</p>}
      {holding.length > 0 && (
        <ul className="calibration-now">
          {holding.map((one) => (
            <li key={one.property}>
              {t('calibration.holds', {
                property: term(t, 'property', one.property),
                formula: formulaOf(one, one.property),
                time: `${dayOf(one.from, zone)} ${timeOfDay(one.from, zone)}`,
              })}
            </li>
          ))}
        </ul>
      )}
      {!isError && (isAdmin || known.length > 0) && (
        <div>
          <Button onClick={() => setOpen(true)}>
            {t(isAdmin ? 'calibration.open' : 'calibration.look')}
          </Button>
        </div>
      )}
      {isOpen && (
        <CalibrationDialog device={device} calibrations={known} onClose={() => setOpen(false)} />
      )}
    </section>
  )
}
