import { Link } from '@tanstack/react-router'
import { useTown, worksAtDesk } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { healthTitle } from './health-words.ts'
import { useBadHealth } from './use-health.ts'
import './health-banner.css'

/** On top of every page while a part fails that everybody depends on. */
export function HealthBanner() {
  const { session, words } = useTown()
  const { t } = words
  const [worst, ...others] = useBadHealth()
  if (!worst) return null
  return (
    <div className="health-banner" role="alert">
      <Icon name="warning" />
      <strong>{healthTitle(worst, t)}</strong>
      {others.length > 0 && <span>{t('health.more', { n: others.length })}</span>}
      {worksAtDesk(session.person.role) && <Link to="/health">{t('health.toPage')}</Link>}
    </div>
  )
}
