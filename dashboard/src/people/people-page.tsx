import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { TokenTab } from './token-tab.tsx'
import { UserTab } from './user-tab.tsx'
import './people.css'

/** Who may come in: people with their accounts, programs with their tokens. */
export function PeoplePage() {
  const { t } = useTown().words
  const { tab } = useSearch({ from: '/signed-in/administration/people' })
  const navigate = useNavigate()
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('people.title')}</h1>
        <Segmented
          aria-label={t('people.tabs')}
          value={tab ?? 'users'}
          onChange={(next) =>
            void navigate({ to: '/people', search: next === 'tokens' ? { tab: 'tokens' } : {} })
          }
          options={[
            { value: 'users', label: t('people.tab.users') },
            { value: 'tokens', label: t('people.tab.tokens') },
          ]}
        />
      </div>
      <div className="page-body">{tab === 'tokens' ? <TokenTab /> : <UserTab />}</div>
    </Shell>
  )
}
