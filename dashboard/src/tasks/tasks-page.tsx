import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { tasksQuery } from '../api/work-queries.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { goesOut, useTown } from '../app/town.ts'
import { TaskCard } from './task-card.tsx'
import { inTaskOrder, isLate } from './task-order.ts'
import './tasks.css'

/** What lies with me, my team or my unit: made for a phone in one hand, in the sun, with gloves. */
export function TasksPage() {
  const { session, words } = useTown()
  const { t } = words
  const now = useNow()
  const query = useQuery(tasksQuery)
  const tasks = query.data && inTaskOrder(query.data, now)
  const late = tasks?.filter((one) => isLate(one, now)).length ?? 0
  return (
    <Shell>
      <div className="page-head tasks-head">
        <h1>{t('tasks.title')}</h1>
        {tasks && tasks.length > 0 && <span>{t('tasks.count', { n: tasks.length })}</span>}
        {late > 0 && <span className="overdue">{t('tasks.late', { n: late })}</span>}
        {goesOut(session.person.role) && (
          <Button className="task-walk" href="/patrol/">
            {t('tasks.walk')}
          </Button>
        )}
      </div>
      <div className="page-body tasks">
        {query.isError && (
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        )}
        {query.isPending && <div className="panel skeleton task-waiting" aria-busy="true" />}
        {tasks?.length === 0 && (
          <div className="panel empty">
            <strong>{t('tasks.none')}</strong>
            <span>{t('tasks.noneNext')}</span>
          </div>
        )}
        {tasks && tasks.length > 0 && (
          <ul className="task-list" aria-label={t('tasks.title')}>
            {tasks.map((one) => (
              <li key={one.id}>
                <TaskCard one={one} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Shell>
  )
}
