import type { EvaluationView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { percent, span } from './figures.ts'

const shownDevices = 20

/** Devices that called for nothing; the worst first, as they come. */
export function FalseAlarms({ devices }: Pick<EvaluationView, 'devices'>) {
  const { place, words } = useTown()
  const { t } = words
  const wrong = devices.filter(({ falseAlarms }) => falseAlarms > 0).slice(0, shownDevices)
  if (wrong.length === 0) return <p className="second">{t('evaluation.devices.none')}</p>
  return (
    <table className="false-alarms" aria-label={t('evaluation.devices')}>
      <thead>
        <tr>
          <th scope="col">{t('evaluation.device')}</th>
          <th scope="col">{t('evaluation.alarms')}</th>
          <th scope="col">{t('evaluation.falseAlarms')}</th>
          <th scope="col">{t('evaluation.rate')}</th>
        </tr>
      </thead>
      <tbody>
        {wrong.map((device) => (
          <tr key={device.id}>
            <th scope="row">
              {device.name} <span className="second">{place(device.village)}</span>
            </th>
            <td>{device.alarms}</td>
            <td>{device.falseAlarms}</td>
            <td>{percent(device.falseAlarmRate)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Excluded({ excluded }: Pick<EvaluationView, 'excluded'>) {
  const { t } = useTown().words
  return (
    <dl className="excluded">
      <div>
        <dt>{t('evaluation.excluded.deviceFaults')}</dt>
        <dd>{t('evaluation.cases', { n: excluded.deviceFaults })}</dd>
      </div>
      <div>
        <dt>{t('evaluation.excluded.plannedBurns')}</dt>
        <dd>{t('evaluation.cases', { n: excluded.plannedBurns })}</dd>
      </div>
      <div>
        <dt>{t('evaluation.excluded.suspendedMinutes')}</dt>
        <dd>{span(excluded.suspendedMinutes, t)}</dd>
      </div>
      <div>
        <dt>{t('evaluation.excluded.offlineMinutes')}</dt>
        <dd>{span(excluded.offlineMinutes, t)}</dd>
      </div>
    </dl>
  )
}
