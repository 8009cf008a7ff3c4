import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { noticeTabs } from '../app/search.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { ChannelTab } from './channel-tab.tsx'
import { DeliveryTab } from './delivery-tab.tsx'
import { RuleTab } from './rule-tab.tsx'
import './notices.css'

/** Who is told of what, through what, and whether it arrived; to all but administrators only the last. */
export function NoticesPage() {
  const { session, words } = useTown()
  const { t } = words
  const search = useSearch({ from: '/signed-in/notices' })
  const navigate = useNavigate()
  const isAdministrator = session.person.role === 'townAdmin'
  const tab = isAdministrator ? (search.tab ?? 'channels') : 'deliveries'
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('notices.title')}</h1>
        {isAdministrator && (
          <Segmented
            aria-label={t('notices.tabs')}
            value={tab}
            onChange={(next) =>
              void navigate({ to: '/notices', search: next === 'channels' ? {} : { tab: next } })
            }
            options={noticeTabs.map((value) => ({ value, label: t(`notices.tab.${value}`) }))}
          />
        )}
      </div>
      <div className="page-body">
        {tab === 'channels' && <ChannelTab />}
        {tab === 'rules' && <RuleTab />}
        {tab === 'deliveries' && <DeliveryTab />}
      </div>
    </Shell>
  )
}
