import { useNavigate } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useTown } from '../app/town.ts'

const tabs = ['list', 'wall', 'events'] as const
type Tab = (typeof tabs)[number]

export function CameraTabs({ here }: { here: Tab }) {
  const { session, words } = useTown()
  const { t } = words
  const navigate = useNavigate()
  const shown = tabs.filter((tab) => tab !== 'events' || session.person.role === 'townAdmin')
  return (
    <Segmented<Tab>
      aria-label={t('cameras.tabs')}
      value={here}
      onChange={(tab) => {
        if (tab === 'wall') void navigate({ to: '/cameras/wall' })
        else void navigate({ to: '/cameras', search: tab === 'events' ? { tab } : {} })
      }}
      options={shown.map((value) => ({ value, label: t(`cameras.tab.${value}`) }))}
    />
  )
}
