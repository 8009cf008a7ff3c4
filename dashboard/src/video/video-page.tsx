import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { CoverageTab } from './coverage-tab.tsx'
import { PlansTab } from './plans-tab.tsx'
import { RoundsTab } from './rounds-tab.tsx'
import './video.css'

const tabs = ['rounds', 'plans', 'coverage'] as const

/** 视频巡查: what is to be looked at now, how it is planned, and what nobody looked at. */
export function VideoPage() {
  const { t } = useTown().words
  const { tab = 'rounds' } = useSearch({ from: '/signed-in/evaluators/video' })
  const navigate = useNavigate()
  const choice = (
    <Segmented<(typeof tabs)[number]>
      aria-label={t('video.tabs')}
      value={tab}
      onChange={(next) =>
        void navigate({ to: '/video', search: next === 'rounds' ? {} : { tab: next } })
      }
      options={tabs.map((value) => ({ value, label: t(`video.tab.${value}`) }))}
    />
  )
  const title = <h1>{t('video.title')}</h1>
  return (
    <Shell>
      {tab === 'rounds' && <RoundsTab title={title} choice={choice} />}
      {tab === 'plans' && <PlansTab title={title} choice={choice} />}
      {tab === 'coverage' && <CoverageTab title={title} choice={choice} />}
    </Shell>
  )
}
