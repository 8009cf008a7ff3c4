import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { usersQuery } from '../api/trust-queries.ts'
import type { AuditPageSearch } from '../app/search.ts'
import { useTown } from '../app/town.ts'
import { actWords, auditActs } from './audit-words.ts'
import { DayInput } from './day-input.tsx'

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
      <DayInput
        label={t('audit.fromDay')}
        value={search.from ?? ''}
        max={search.to}
        onChange={(from) => set({ from })}
      />
      <DayInput
        label={t('audit.toDay')}
        value={search.to ?? ''}
        min={search.from}
        onChange={(to) => set({ to })}
      />
    </div>
  )
}
