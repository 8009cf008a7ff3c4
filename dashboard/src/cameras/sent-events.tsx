import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { topicWords } from './camera-words.ts'
import './topic-name.css'

/** What it says it may send. */
export function SentEvents({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const { abilities } = camera
  if (!abilities) return null
  const topics = abilities.topics.toSorted()
  return (
    <section className="panel camera-panel camera-topics">
      <h2 className="panel-title">
        {t('camera.maySend')}
        {topics.length > 0 && <small>{t('camera.topicCount', { n: topics.length })}</small>}
      </h2>
      {!abilities.events && <p className="second">{t('camera.noEvents')}</p>}
      {abilities.events && topics.length === 0 && (
        <p className="second">{t('camera.topicsUnknown')}</p>
      )}
      <ul>
        {topics.map((topic) => (
          <li key={topic}>
            <TopicName topic={topic} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** In words where there are some, and as the camera writes it. */
export function TopicName({ topic }: { topic: string }) {
  const { t } = useTown().words
  const said = topicWords(t, topic)
  return (
    <span className="topic-name">
      {said !== null && <b>{said}</b>}
      <code className="mono" lang="und">
        {topic}
      </code>
    </span>
  )
}
