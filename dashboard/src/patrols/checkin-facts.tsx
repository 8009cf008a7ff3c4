import type { ReactNode } from 'react'
import type { CheckinView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { dayOf, stamp, timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { distanceWords } from '../cases/distance.ts'
import type { Key } from '../i18n/translate.ts'
import { GradeWord } from './checkin-marks.tsx'
import { apartWords, kmhSince } from './checkins.ts'

interface FactsProps {
  checkin: CheckinView
}

/** Where, when by each of the clocks, after what, and by what proof. */
export function CheckinFacts({ checkin }: FactsProps) {
  return (
    <div className="checkin-facts">
      <Where checkin={checkin} />
      <When checkin={checkin} />
      <Before checkin={checkin} />
      <Proof checkin={checkin} />
    </div>
  )
}

function Group({ label, children }: { label: Key; children: ReactNode }) {
  return (
    <section>
      <h3>{useTown().words.t(label)}</h3>
      <dl className="pairs">{children}</dl>
    </section>
  )
}

function Pair({ label, children }: { label: Key; children: ReactNode }) {
  return (
    <>
      <dt>{useTown().words.t(label)}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Where({ checkin }: FactsProps) {
  const { t } = useTown().words
  const { point, lon, distanceM, accuracyM } = checkin
  return (
    <Group label="checkin.where">
      <Pair label="checkin.distance">
        {lon === null || distanceM === null ? t('checkin.noFix') : distanceWords(t, distanceM)}
      </Pair>
      {accuracyM !== null && (
        <Pair label="checkin.accuracy">{t('checkin.metres', { n: Math.round(accuracyM) })}</Pair>
      )}
      {point && (
        <Pair label="checkin.radius">{t('checkin.metres', { n: Math.round(point.radiusM) })}</Pair>
      )}
    </Group>
  )
}

/** Side by side, each against the corrected one. */
function When({ checkin }: FactsProps) {
  const { words, zone } = useTown()
  const { at, saidAt, receivedAt } = checkin
  const isOneDay =
    dayOf(saidAt, zone) === dayOf(at, zone) && dayOf(receivedAt, zone) === dayOf(at, zone)
  const clock = (time: number) => (isOneDay ? timeWithSeconds(time, zone) : stamp(time, zone))
  const apart = (time: number) => <small>{apartWords(time - at, words)}</small>
  return (
    <Group label="checkin.when">
      <Pair label="checkin.said">
        {clock(saidAt)} {apart(saidAt)}
      </Pair>
      <Pair label="checkin.corrected">
        <b>{isOneDay ? stamp(at, zone) : clock(at)}</b>
      </Pair>
      <Pair label="checkin.received">
        {clock(receivedAt)} {apart(receivedAt)}
      </Pair>
    </Group>
  )
}

function Before({ checkin }: FactsProps) {
  const { t, durations } = useTown().words
  const { before, at, patroller } = checkin
  const kmh = kmhSince(checkin)
  if (before === null)
    return patroller === null ? null : (
      <section>
        <h3>{t('checkin.before')}</h3>
        <p className="second">{t('checkin.beforeNone')}</p>
      </section>
    )
  const time = formatRough(at - before.at, durations)
  return (
    <section>
      <h3>{t('checkin.before')}</h3>
      <p>
        {before.distanceM === null
          ? t('checkin.beforeWhen', { point: before.point, time })
          : t('checkin.beforeWords', {
              point: before.point,
              distance: distanceWords(t, before.distanceM),
              time,
            })}
      </p>
      {kmh !== null && kmh >= 1 && (
        <p className="second">{t('checkin.kmh', { n: Math.round(kmh) })}</p>
      )}
    </section>
  )
}

function Proof({ checkin }: FactsProps) {
  const town = useTown()
  const { t } = town.words
  const { grade, chain, note, findings, refusal } = checkin
  // Of something that was scanned and proves nothing, nobody wrote a word by hand.
  const why =
    refusal?.kind === 'unknownTag'
      ? ('grade.why.unknownTag' as const)
      : (`grade.why.${grade}` as const)
  return (
    <Group label="checkin.proof">
      <Pair label="checkin.grade">
        <GradeWord grade={grade} /> <small>{t(why satisfies Key)}</small>
      </Pair>
      <Pair label="checkin.chain">{t(`checkin.chain.${chain}`)}</Pair>
      {findings.length > 0 && (
        <Pair label="checkin.findings">
          {findings.map((id) => town.hazard(id)).join(t('list.comma'))}
        </Pair>
      )}
      {note !== null && <Pair label="checkin.note">{note}</Pair>}
    </Group>
  )
}
