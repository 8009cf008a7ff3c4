import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Input, Select } from 'antd'
import { usersQuery } from '../api/trust-queries.ts'
import type { AuditPageSearch } from '../app/search.ts'
import { useTown } from '../app/town.ts'
import { actWords, auditActs } from './audit-words.ts'

/** By person, act and days; in the address, so that a finding can be handed on. */
export function AuditFilters({ search }: { search: AuditPageSearch }) {
  const { t } = useTown().words
  const navigate = useNavigate()
  const users = useQuery(usersQuery).data ?? []
  const set = (change: AuditPageSearch) => {
    const next = Object.entries({ ...search, ...change }).filter(([, value]) => value)
    void navigate({ to: '/audit', search: Object.fromEntries(next), replace: true })
  }
  return (
    <div className="filters audit-filters" role="search">
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('audit.actor')}
        aria-label={t('audit.actor')}
        value={search.actor}
        onChange={(actor?: string) => set({ actor })}
        options={users.map((user) => ({
          value: user.username,
          label: `${user.displayName} ${user.username}`,
        }))}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('audit.anyAct')}
        aria-label={t('audit.act')}
        value={search.act}
        onChange={(act?: string) => set({ act })}
        options={auditActs.map((value) => ({ value, label: actWords(value, t) }))}
      />
      <Input
        type="date"
        aria-label={t('audit.fromDay')}
        title={t('audit.fromDay')}
        value={search.from ?? ''}
        max={search.to}
        onChange={(event) => set({ from: event.target.value })}
      />
      <span className="second" aria-hidden="true">
        –
      </span>
      <Input
        type="date"
        aria-label={t('audit.toDay')}
        title={t('audit.toDay')}
        value={search.to ?? ''}
        min={search.from}
        onChange={(event) => set({ to: event.target.value })}
      />
    </div>
  )
}
