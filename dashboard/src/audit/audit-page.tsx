import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { readAuditSearch } from '../app/search.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { AuditEntries } from './audit-entries.tsx'
import { RetentionTab } from './retention-tab.tsx'
import './audit.css'

/** Who did what; and how long what is kept. */
export function AuditPage() {
  const { t } = useTown().words
  const search = readAuditSearch({ ...useSearch({ from: '/signed-in/administration/audit' }) })
  const navigate = useNavigate()
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('audit.title')}</h1>
        <Segmented
          aria-label={t('audit.tabs')}
          value={search.tab ?? 'entries'}
          onChange={(next) =>
            void navigate({
              to: '/audit',
              search: next === 'retention' ? { tab: 'retention' } : {},
            })
          }
          options={[
            { value: 'entries', label: t('audit.tab.entries') },
            { value: 'retention', label: t('audit.tab.retention') },
          ]}
        />
        <span className="second">
          {t(search.tab === 'retention' ? 'retention.what' : 'audit.what')}
        </span>
      </div>
      <div className="page-body">
        {search.tab === 'retention' ? <RetentionTab /> : <AuditEntries search={search} />}
      </div>
    </Shell>
  )
}
