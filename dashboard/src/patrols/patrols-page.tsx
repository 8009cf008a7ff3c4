import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { CheckinsTab } from './checkins-tab.tsx'
import { CoverageTab } from './coverage-tab.tsx'
import { PointsTab } from './points-tab.tsx'
import { RoundsTab } from './rounds-tab.tsx'
import './patrols.css'

const tabs = ['rounds', 'checkins', 'coverage', 'points'] as const

/** 巡逻: what is walked today, which check-ins want a look, what nobody walked, and where one goes. */
export function PatrolsPage() {
  const { t } = useTown().words
  const { tab = 'rounds' } = useSearch({ from: '/signed-in/evaluators/patrols' })
  const navigate = useNavigate()
  const choice = (
    <Segmented<(typeof tabs)[number]>
      className="patrol-tabs"
      aria-label={t('patrols.tabs')}
      value={tab}
      onChange={(next) =>
        void navigate({ to: '/patrols', search: next === 'rounds' ? {} : { tab: next } })
      }
      options={tabs.map((value) => ({ value, label: t(`patrols.tab.${value}`) }))}
    />
  )
  const title = <h1>{t('patrols.title')}</h1>
  return (
    <Shell>
      {tab === 'rounds' && <RoundsTab title={title} choice={choice} />}
      {tab === 'checkins' && <CheckinsTab title={title} choice={choice} />}
      {tab === 'coverage' && <CoverageTab title={title} choice={choice} />}
      {tab === 'points' && <PointsTab title={title} choice={choice} />}
    </Shell>
  )
}
