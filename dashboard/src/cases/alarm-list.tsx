import type { AlarmView, CaseDetail } from '../api/types.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge, type BadgeState } from '../parts/badge.tsx'
import { describeCause } from '../parts/words.ts'

function stateOf(alarm: AlarmView): BadgeState {
  if (alarm.state === 'activeUnacknowledged') return 'unacknowledged'
  return alarm.state === 'clearedUnacknowledged' ? 'cleared' : 'acknowledged'
}

/** 并入的报警: every alarm the case carries, newest first. */
export function AlarmList({ detail }: { detail: CaseDetail | undefined }) {
  const { words, zone } = useTown()
  const { t } = words
  if (!detail) return <div className="skeleton alarm-skeleton" aria-busy="true" />
  const alarms = [...detail.evidence].sort((a, b) => b.raisedAt - a.raisedAt)
  return (
    <>
      <h2 className="panel-title">
        {t('alarms.title')}
        <small>{t('alarms.count', { n: alarms.length })}</small>
      </h2>
      {alarms.length === 0 && <p className="empty">{t('alarms.none')}</p>}
      <ul className="alarm-list">
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <Badge severity={alarm.severity} size={22} state={stateOf(alarm)} />
            <div>
              <span className="one-line" title={`${alarm.ruleName} · ${alarm.deviceName}`}>
                {alarm.ruleName} · {alarm.deviceName}
              </span>
              <span className="second one-line">
                {describeCause(words, alarm, zone)} · {t(`alarm.${alarm.state}`)}
              </span>
            </div>
            <time>{timeWithSeconds(alarm.raisedAt, zone)}</time>
          </li>
        ))}
      </ul>
    </>
  )
}
