import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { Dropdown } from 'antd'
import { loadQuery } from '../api/queries.ts'
import { useIsNarrow } from '../console/use-is-narrow.ts'
import { useBadHealth } from '../health/use-health.ts'
import { Icon, Mark, MenuIcon } from '../parts/icon.tsx'
import { type NavPlace, placesFor } from './places.ts'
import { useTown } from './town.ts'

function usePlaces() {
  return placesFor(useTown().session.person.role)
}

/** What waits there: unacknowledged alarms, messages in quarantine, parts that fail. */
function useCount(to: NavPlace['to']): number {
  const load = useQuery(loadQuery).data
  const bad = useBadHealth().length
  if (to === '/console') return load?.unacknowledged ?? 0
  if (to === '/quarantine') return load?.quarantineWaiting ?? 0
  return to === '/health' ? bad : 0
}

function Count({ count }: { count: number }) {
  return count > 0 ? <span className="nav-count">{count > 99 ? '99+' : count}</span> : null
}

function NavLink({ place }: { place: NavPlace }) {
  const { t } = useTown().words
  const count = useCount(place.to)
  return (
    <Link to={place.to} className="nav-link" activeProps={{ className: 'nav-link is-here' }}>
      <span className="nav-icon">
        <Icon name={place.icon} size={20} />
      </span>
      <span>{t(place.label)}</span>
      <Count count={count} />
    </Link>
  )
}

function useMenuItems(places: readonly NavPlace[]) {
  const { t } = useTown().words
  const navigate = useNavigate()
  return places.map((place) => ({
    key: place.to,
    label: t(place.label),
    icon: <MenuIcon name={place.icon} />,
    onClick: () => void navigate({ to: place.to }),
  }))
}

/** The pages of administration behind one word, so that the bar stays calm. */
function AdministrationMenu({ places }: { places: readonly NavPlace[] }) {
  const { t } = useTown().words
  const { pathname } = useLocation()
  const items = useMenuItems(places)
  const count = useCount('/health')
  const here = places.find((place) => pathname.startsWith(place.to))
  return (
    <Dropdown trigger={['click']} menu={{ items, selectedKeys: here ? [here.to] : [] }}>
      <button type="button" className={here ? 'nav-link is-here' : 'nav-link'}>
        <span className="nav-icon">
          <Icon name="settings" size={20} />
        </span>
        <span className="nav-word">
          {t('nav.admin')}
          <Icon name="down" size={12} />
        </span>
        <Count count={count} />
      </button>
    </Dropdown>
  )
}

/** Six fit beside each other on a phone; these go behind the word for the rest. */
const behindOnPhone = new Set<NavPlace['to']>(['/history', '/video', '/patrols', '/quarantine'])

export function Navigation() {
  const places = usePlaces()
  const isNarrow = useIsNarrow()
  const { t } = useTown().words
  const isBehind = ({ to }: NavPlace) => isNarrow && behindOnPhone.has(to)
  const watch = places.watch.filter((place) => !isBehind(place))
  const administration = [...places.watch.filter(isBehind), ...places.administration]
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {watch.map((place) => (
        <NavLink key={place.to} place={place} />
      ))}
      {administration.length > 1 && <AdministrationMenu places={administration} />}
      {administration.length === 1 &&
        administration.map((place) => <NavLink key={place.to} place={place} />)}
    </nav>
  )
}

/** On watched pages the bar belongs to the load figures, so the way out hides behind the brand. */
export function BrandMenu({ page }: { page: string }) {
  const { session, words } = useTown()
  const { watch, administration } = usePlaces()
  const daily = useMenuItems(watch)
  const seldom = useMenuItems(administration)
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items: [...daily, { key: 'line', type: 'divider' as const }, ...seldom] }}
    >
      <button type="button" className="brand brand-menu" aria-label={words.t('nav.open')}>
        <Mark />
        <strong>{words.t('product')}</strong>
        <span className="brand-town">
          {session.town.name} · {page}
        </span>
        <Icon name="down" size={14} />
      </button>
    </Dropdown>
  )
}

export function Brand() {
  const { session, words } = useTown()
  return (
    <Link to="/" className="brand">
      <Mark />
      <strong>{words.t('product')}</strong>
      <span className="brand-town">{session.town.name}</span>
    </Link>
  )
}
