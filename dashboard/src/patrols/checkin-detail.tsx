import { Link } from '@tanstack/react-router'
import { Button, Input, type InputRef } from 'antd'
import { useRef, useState } from 'react'
import type { ReviewVerdict } from '../../../gateway/domain/checkin.ts'
import type { CheckinView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import { CheckinFacts } from './checkin-facts.tsx'
import { useCheckinKeys } from './checkin-keys.ts'
import { CheckinMap } from './checkin-map.tsx'
import { pointName, stateOfCheckin, whyMarked } from './checkins.ts'
import { reviewsCheckins } from './patrol-roles.ts'
import { useReview } from './use-review.ts'

interface CheckinDetailProps {
  checkin: CheckinView
  /** On a phone, back to the list. */
  onBack?: () => void
  onReviewed: () => void
  hasKeys?: boolean
}

export function CheckinDetail({ checkin, onBack, onReviewed, hasKeys }: CheckinDetailProps) {
  const town = useTown()
  const { t } = town.words
  const mayReview = reviewsCheckins(town.session.person.role) && isInScopeOf(town, checkin.village)
  return (
    <article className="panel checkin-detail" data-checkin={checkin.id}>
      <header className="checkin-head">
        {onBack && (
          <Button
            className="checkin-back"
            type="text"
            aria-label={t('checkins.queue')}
            icon={<Icon name="back" size={18} />}
            onClick={onBack}
          />
        )}
        <div>
          <h2>{pointName(checkin, t)}</h2>
          <p className="second">
            {[
              checkin.patroller ?? t('checkin.nobody'),
              checkin.team,
              town.place(checkin.grid ?? checkin.village),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        {checkin.round === null ? (
          <span className="second">{t('checkin.noRound')}</span>
        ) : (
          <Link to="/patrols/rounds/$id" params={{ id: checkin.round }}>
            {t('checkin.round')}
          </Link>
        )}
      </header>
      <div className="checkin-halves">
        <div className="checkin-half">
          <CheckinMap checkin={checkin} />
          <Photo checkin={checkin} />
        </div>
        <div className="checkin-half">
          <Why checkin={checkin} />
          <CheckinFacts checkin={checkin} />
        </div>
      </div>
      <Verdict {...{ checkin, mayReview, onReviewed }} hasKeys={hasKeys ?? false} />
    </article>
  )
}

function Why({ checkin }: { checkin: CheckinView }) {
  const { t, durations } = useTown().words
  const { refusal, marks } = checkin
  return (
    <section className="checkin-why">
      <h3>{t('checkin.marks')}</h3>
      {refusal === null && marks.length === 0 && <p className="second">{t('checkin.noMarks')}</p>}
      <ul>
        {refusal && (
          <li>
            <span className="overdue">{t(`refusal.${refusal.kind}`)}</span>
            <p>{t(`refusal.why.${refusal.kind}`)}</p>
          </li>
        )}
        {marks.map((mark) => (
          <li key={mark}>
            <span className="mark-chip">{t(`mark.${mark}`)}</span>
            <p>{whyMarked(checkin, mark, { t, durations })}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Photo({ checkin }: { checkin: CheckinView }) {
  const { t } = useTown().words
  const [isBroken, setBroken] = useState(false)
  const { picture, isPhotoAwaited } = checkin
  if (picture === null)
    return isPhotoAwaited ? <p className="second">{t('checkin.photoAwaited')}</p> : null
  if (isBroken) return <p className="second">{t('checkin.photoGone')}</p>
  return (
    <img
      className="checkin-photo"
      src={`/api/v1/pictures/${picture}`}
      alt={t('checkin.photo')}
      onError={() => setBroken(true)}
    />
  )
}

interface VerdictProps {
  checkin: CheckinView
  mayReview: boolean
  onReviewed: () => void
  hasKeys: boolean
}

function Verdict({ checkin, mayReview, onReviewed, hasKeys }: VerdictProps) {
  const { t } = useTown().words
  const [text, setText] = useState('')
  const field = useRef<InputRef>(null)
  const review = useReview(onReviewed)
  const judge = (verdict: ReviewVerdict) => {
    if (!mayReview || review.isPending) return
    review.mutate({ id: checkin.id, verdict, text: text.trim() === '' ? null : text.trim() })
  }
  useCheckinKeys(hasKeys && mayReview, {
    counts: () => judge('counts'),
    discounted: () => judge('discounted'),
    text: () => field.current?.focus(),
  })
  return (
    <footer className="checkin-verdict">
      <Reviewed checkin={checkin} />
      {mayReview && (
        <>
          <Input
            ref={field}
            aria-label={t('checkin.text')}
            placeholder={t('checkin.text')}
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button
            data-verdict="discounted"
            loading={review.isPending && review.variables.verdict === 'discounted'}
            disabled={review.isPending}
            onClick={() => judge('discounted')}
          >
            {t('checkin.discount')} {hasKeys && <kbd className="kbd">X</kbd>}
          </Button>
          <Button
            type="primary"
            data-verdict="counts"
            loading={review.isPending && review.variables.verdict === 'counts'}
            disabled={review.isPending}
            onClick={() => judge('counts')}
          >
            {t('checkin.counts')} {hasKeys && <kbd className="kbd">C</kbd>}
          </Button>
        </>
      )}
      {review.isError && (
        <p className="said" role="alert">
          {failureWords(review.error, t, { conflict: 'checkin.conflict' })}
        </p>
      )}
    </footer>
  )
}

function Reviewed({ checkin }: { checkin: CheckinView }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const { review } = checkin
  if (review === null)
    return <span className="second">{t(`checkins.state.${stateOfCheckin(checkin)}`)}</span>
  const verdict = t(`checkins.state.${review.verdict}`)
  return (
    <p className="second checkin-reviewed">
      {t('checkin.reviewed', { by: review.by, time: shortTime(review.at, now, zone), verdict })}
      {review.text !== null && ` · ${t('checkin.reviewedText', { text: review.text })}`}
    </p>
  )
}
