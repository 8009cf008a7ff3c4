import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { CompareTab } from './compare-tab.tsx'
import { FilesTab } from './files-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import './history.css'

const tabs = ['compare', 'overview', 'files'] as const

/** 历史: what was measured, side by side, over a place, and as files. */
export function HistoryPage() {
  const { t } = useTown().words
  const search = useSearch({ from: '/signed-in/history' })
  const { tab = 'compare' } = search
  const navigate = useNavigate()
  const choice = (
    <Segmented<(typeof tabs)[number]>
      aria-label={t('history.tabs')}
      value={tab}
      onChange={(next) =>
        void navigate({
          to: '/history',
          search: { ...search, tab: next === 'compare' ? undefined : next },
        })
      }
      options={tabs.map((value) => ({ value, label: t(`history.tab.${value}`) }))}
    />
  )
  const title = <h1>{t('history.title')}</h1>
  return (
    <Shell>
      {tab === 'compare' && <CompareTab title={title} choice={choice} />}
      {tab === 'overview' && <OverviewTab title={title} choice={choice} />}
      {tab === 'files' && <FilesTab title={title} choice={choice} />}
    </Shell>
  )
}
