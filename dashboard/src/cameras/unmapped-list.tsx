import { Button } from 'antd'
import type { UnmappedTopic } from '../../../gateway/domain/camera-event.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { TopicName } from './sent-events.tsx'

interface ListProps {
  topics: readonly UnmappedTopic[] | undefined
  onMap: (topic: UnmappedTopic) => void
}

/** Each with one example of what it said, and one click to give it a meaning. */
export function UnmappedList({ topics, onMap }: ListProps) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  if (!topics) return null
  return (
    <section className="panel unmapped" aria-label={t('events.unmapped')}>
      <h2 className="panel-title">
        {t('events.unmapped')}
        <small>{t('events.unmappedCount', { n: topics.length })}</small>
      </h2>
      {topics.length === 0 && <p className="second">{t('events.unmappedNone')}</p>}
      <ul>
        {topics.map((topic) => (
          <li key={topic.topic} data-topic={topic.topic}>
            <div className="unmapped-words">
              <TopicName topic={topic.topic} />
              <span className="mono second" lang="und">
                {Object.entries(topic.items)
                  .map(([name, value]) => `${name}=${value}`)
                  .join('  ')}
              </span>
            </div>
            <span className="second unmapped-when">
              {t('events.seen', {
                n: topic.count,
                cameras: topic.devices.length,
                time: shortTime(topic.lastAt, now, zone),
              })}
            </span>
            <Button onClick={() => onMap(topic)}>{t('events.map')}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
