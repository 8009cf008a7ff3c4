import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Dropdown } from 'antd'
import { loadQuery } from '../api/queries.ts'
import type { Key } from '../i18n/translate.ts'
import { Icon, type IconName, Mark } from '../parts/icon.tsx'
import { useTown, worksAtDesk } from './town.ts'

interface Place {
  to: '/console' | '/cases' | '/villages' | '/devices' | '/quarantine'
  label: Key
  icon: IconName
}

const everyPlace: readonly Place[] = [
  { to: '/console', label: 'nav.console', icon: 'desk' },
  { to: '/cases', label: 'nav.cases', icon: 'cases' },
  { to: '/villages', label: 'nav.board', icon: 'board' },
  { to: '/devices', label: 'nav.devices', icon: 'device' },
  { to: '/quarantine', label: 'nav.quarantine', icon: 'quarantine' },
]

function usePlaces(): readonly Place[] {
  const { role } = useTown().session.person
  return worksAtDesk(role)
    ? everyPlace
    : everyPlace.filter((one) => one.to !== '/quarantine' && one.to !== '/console')
}

/** Unacknowledged alarms beside the console, waiting messages beside the quarantine. */
function useCount(to: Place['to']): number {
  const load = useQuery(loadQuery).data
  if (to === '/console') return load?.unacknowledged ?? 0
  return to === '/quarantine' ? (load?.quarantineWaiting ?? 0) : 0
}

function NavLink({ place }: { place: Place }) {
  const { t } = useTown().words
  const count = useCount(place.to)
  return (
    <Link to={place.to} className="nav-link" activeProps={{ className: 'nav-link is-here' }}>
      <span className="nav-icon">
        <Icon name={place.icon} size={20} />
      </span>
      <span>{t(place.label)}</span>
      {count > 0 && <span className="nav-count">{count > 99 ? '99+' : count}</span>}
    </Link>
  )
}

export function Navigation() {
  const places = usePlaces()
  const { t } = useTown().words
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {places.map((place) => (
        <NavLink key={place.to} place={place} />
      ))}
    </nav>
  )
}

/** On watched pages the bar belongs to the load figures, so the way out hides behind the brand. */
export function BrandMenu({ page }: { page: string }) {
  const { session, words } = useTown()
  const navigate = useNavigate()
  const places = usePlaces()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: places.map((place) => ({
          key: place.to,
          label: words.t(place.label),
          icon: <Icon name={place.icon} size={16} />,
          onClick: () => void navigate({ to: place.to }),
        })),
      }}
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
