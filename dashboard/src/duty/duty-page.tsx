import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { CalendarTab } from './calendar-tab.tsx'
import { RosterTab } from './roster-tab.tsx'
import './duty.css'

/** Who is on duty when, and on which days the clocks of work hours stand still. */
export function DutyPage() {
  const { session, words } = useTown()
  const { t } = words
  const { tab } = useSearch({ from: '/signed-in/roster-keepers/duty' })
  const navigate = useNavigate()
  const isAdministrator = session.person.role === 'townAdmin'
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('duty.title')}</h1>
        {isAdministrator && (
          <Segmented
            aria-label={t('duty.tabs')}
            value={tab ?? 'roster'}
            onChange={(next) =>
              void navigate({
                to: '/duty',
                search: next === 'calendar' ? { tab: 'calendar' } : {},
              })
            }
            options={[
              { value: 'roster', label: t('duty.tab.roster') },
              { value: 'calendar', label: t('duty.tab.calendar') },
            ]}
          />
        )}
      </div>
      <div className="page-body">
        {isAdministrator && tab === 'calendar' ? <CalendarTab /> : <RosterTab />}
      </div>
    </Shell>
  )
}
