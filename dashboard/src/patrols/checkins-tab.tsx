import { useNavigate, useSearch } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useTown } from '../app/town.ts'
import { CheckinBook } from './checkin-book.tsx'
import { CheckinQueue } from './checkin-queue.tsx'
import type { TabProps } from './rounds-tab.tsx'
import './checkins.css'

/** What wants a look first; the whole book behind it. */
export function CheckinsTab({ title, choice }: TabProps) {
  const { t } = useTown().words
  const { list } = useSearch({ from: '/signed-in/evaluators/patrols' })
  const navigate = useNavigate()
  const which = list === 'book' ? 'book' : 'waiting'
  return (
    <>
      <div className="page-head">
        {title}
        {choice}
        <Segmented<'waiting' | 'book'>
          aria-label={t('checkins.which')}
          value={which}
          onChange={(next) =>
            void navigate({
              to: '/patrols',
              search: next === 'book' ? { tab: 'checkins', list: 'book' } : { tab: 'checkins' },
            })
          }
          options={[
            { value: 'waiting', label: t('checkins.waiting') },
            { value: 'book', label: t('checkins.book') },
          ]}
        />
        <span className="second">{t('checkins.what')}</span>
      </div>
      {which === 'book' ? <CheckinBook /> : <CheckinQueue />}
    </>
  )
}
