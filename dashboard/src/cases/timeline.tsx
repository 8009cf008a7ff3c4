import { Link } from '@tanstack/react-router'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { PictureRow } from '../parts/pictures.tsx'
import { entryFacts, entryWords, otherCaseOf } from './timeline-words.ts'

/** 经过, the newest on top. Jade: done by a person and moved the case on. */
export function Timeline({ detail }: { detail: CaseDetail }) {
  const town = useTown()
  const { t } = town.words
  const entries = [...detail.timeline].sort((a, b) => b.at - a.at || b.id - a.id)
  const now = serverNow()
  return (
    <section className="course" aria-label={t('course.title')}>
      <h2 className="panel-title">
        {t('course.title')}
        <small>{t('course.count', { n: entries.length })}</small>
      </h2>
      <ol className="course-list">
        {entries.map((entry) => {
          const said = entryWords(town, entry)
          const facts = entryFacts(town, entry, now)
          const other = otherCaseOf(entry)
          return (
            <li key={entry.id}>
              <time title={stamp(entry.at, town.zone)}>{shortTime(entry.at, now, town.zone)}</time>
              <span className="course-mark">
                {entry.alarm && entry.actor === null ? (
                  <Badge severity={entry.alarm.severity} size={20} decorative />
                ) : (
                  <i
                    className={
                      entry.toState !== null && entry.toState !== entry.fromState ? 'is-step' : ''
                    }
                  />
                )}
              </span>
              <div>
                <p>
                  {said.actor !== null && <strong>{said.actor} </strong>}
                  {said.did}
                  {facts.length > 0 && <span> {facts.join(' · ')}</span>}
                  {other !== null && <OtherCase {...other} />}
                  {entry.toState !== null &&
                    entry.toState !== entry.fromState &&
                    entry.fromState !== null && (
                      <span className="quiet">
                        {' '}
                        → {t(`state.${entry.toState as CaseDetail['state']}`)}
                      </span>
                    )}
                </p>
                {said.note !== null && <p className="second">{said.note}</p>}
                <PictureRow ids={entry.pictures} />
              </div>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** Of a gateway that is older than this page only the number is known. */
function OtherCase({ id, number }: { id: string; number: string }) {
  if (id === '') return <span> {number}</span>
  return (
    <>
      {' '}
      <Link to="/cases/$id" params={{ id }}>
        {number}
      </Link>
    </>
  )
}
