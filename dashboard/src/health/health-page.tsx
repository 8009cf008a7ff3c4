import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { HealthItem } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { shortTime, timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { useIsStale } from '../live/live-status.ts'
import { Icon } from '../parts/icon.tsx'
import { Backups } from './backups.tsx'
import { healthAdvice, healthFacts, healthName, healthSaying, healthTitle } from './health-words.ts'
import { useHealth } from './use-health.ts'
import './health.css'

/** Only what somebody can act on, worst first; below it the backups. */
export function HealthPage() {
  const { session, words, zone } = useTown()
  const { t } = words
  const query = useHealth()
  const isStale = useIsStale()
  const items = query.data?.items
  const pressing = items?.filter((item) => item.level !== 'ok')
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('health.title')}</h1>
        <span className="second" role="status">
          {query.data
            ? t('health.checked', { time: timeWithSeconds(query.data.at, zone) })
            : t('health.waiting')}
        </span>
      </div>
      <div className={isStale ? 'page-body is-narrow is-stale' : 'page-body is-narrow'}>
        {query.isError && !items && (
          <div className="said" role="alert">
            {t('health.away')}
            <Button size="small" onClick={() => void query.refetch()}>
              {t('failure.again')}
            </Button>
          </div>
        )}
        {query.isPending && <div className="panel skeleton health-waiting" aria-busy="true" />}
        {pressing?.length === 0 && (
          <p className="panel health-calm">
            <Icon name="check" size={20} />
            {t('health.calm')}
          </p>
        )}
        {pressing && pressing.length > 0 && (
          <ul className="health-list">
            {pressing.map((item) => (
              <PressingItem key={item.id} item={item} />
            ))}
          </ul>
        )}
        {items && pressing && pressing.length > 0 && <Fine items={items} />}
        {session.person.role === 'townAdmin' && <Backups />}
      </div>
    </Shell>
  )
}

function Fine({ items }: { items: readonly HealthItem[] }) {
  const { t } = useTown().words
  const names = items.filter((item) => item.level === 'ok').map((item) => healthName(item.id, t))
  if (names.length === 0) return null
  return (
    <p className="second health-fine">{t('health.fine', { names: names.join(t('list.comma')) })}</p>
  )
}

const ways = {
  disk: '/audit',
  devices: '/devices',
  flood: '/devices',
  quarantine: '/quarantine',
  audit: '/audit',
  people: '/people',
} as const

function PressingItem({ item }: { item: HealthItem }) {
  const { session, words, zone } = useTown()
  const { t, durations } = words
  const now = useNow()
  const saying = healthSaying(item)
  const way = wayFor(item.id, session.person.role === 'townAdmin')
  return (
    <li className={`panel health-item is-${item.level}`} data-item={item.id}>
      <span className="health-level">{t(`health.${item.level}`)}</span>
      <div>
        <h2>{healthTitle(item, t)}</h2>
        <p className="second">
          {[
            ...healthFacts(item, words),
            ...(item.since === null
              ? []
              : [
                  t('health.since', {
                    time: shortTime(item.since, now, zone),
                    age: formatRough(now - item.since, durations),
                  }),
                ]),
          ].join(' · ')}
        </p>
        <p>{healthAdvice(item, t)}</p>
        {saying !== null && (
          <p className="mono second" lang="en">
            {saying}
          </p>
        )}
      </div>
      {way && (
        <Link
          className="chip"
          to={way}
          search={item.id === 'disk' ? { tab: 'retention' as const } : {}}
        >
          {t('health.go')}
        </Link>
      )}
    </li>
  )
}

function wayFor(id: string, isAdministrator: boolean) {
  const way = Object.hasOwn(ways, id) ? ways[id as keyof typeof ways] : null
  const isClosed = (way === '/audit' || way === '/people') && !isAdministrator
  return isClosed ? null : way
}
