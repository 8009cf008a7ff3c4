import { useQuery } from '@tanstack/react-query'
import { Input, Modal, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { patrolRoundsQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView } from '../api/types.ts'
import { plannedQuery, type Span } from '../api/work-queries.ts'
import { serverNow } from '../app/now.ts'
import { timeOfDay } from '../app/time.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { halfHours } from '../duty/duty-week.ts'
import type { Key } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import { spanOf } from '../planned/planned-entry.ts'
import {
  type ExcusesFields,
  eventsFor,
  excusesOf,
  isGoodExcuse,
  usualExcuse,
} from './excuses-entry.ts'
import { useExcuses } from './use-walk-acts.ts'
import { roundsWithin } from './walks.ts'

interface ExcusesDialogProps {
  /** The village that is looked at. */
  place: string | null
  onClose: () => void
}

export function ExcusesDialog({ place, onClose }: ExcusesDialogProps) {
  const { words, zone, session } = useTown()
  const { t } = words
  const [fields, setFields] = useState(() =>
    usualExcuse(place ?? session.person.scope.slice(0, 12), serverNow(), zone),
  )
  const [isAsked, setAsked] = useState(false)
  const save = useExcuses(onClose)
  const span = instantsOf(fields, zone)
  const excuses = span && excusesOf(fields, span)
  const change = (part: Partial<ExcusesFields>) => {
    save.reset()
    setFields({ ...fields, ...part })
  }

  function finish(): void {
    setAsked(true)
    if (excuses) save.mutate(excuses)
  }

  return (
    <Modal
      open
      title={t('excuses.title')}
      okText={t('excuses.ok')}
      cancelText={t('dialog.cancel')}
      confirmLoading={save.isPending}
      onOk={finish}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <p className="second">{t('excuses.what')}</p>
      <div className="excuses">
        <PlaceChoice fields={fields} onChange={change} />
        <TimeChoice fields={fields} onChange={change} />
        {span && <PlannedChoice fields={fields} span={span} onChange={change} />}
        <Labelled label="walk.excuseReason">
          <Input.TextArea
            rows={2}
            maxLength={200}
            aria-label={t('walk.excuseReason')}
            value={fields.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        </Labelled>
        {span && <Hit place={fields.place} span={span} />}
      </div>
      {isAsked && (excuses === null || save.isError) && (
        <p className="said" role="alert">
          {save.isError ? failureWords(save.error, t) : t(missing(fields, span))}
        </p>
      )}
    </Modal>
  )
}

function instantsOf(fields: ExcusesFields, zone: string): Span | null {
  if (fields.first === '' || fields.last === '') return null
  const { startsAt, endsAt } = spanOf(fields, zone)
  const span = { from: startsAt, to: endsAt }
  return isGoodExcuse(span) ? span : null
}

function missing({ place, reason }: ExcusesFields, span: Span | null): Key {
  if (place === undefined) return 'excuses.placeMissing'
  if (span === null) return 'excuses.spanWrong'
  return reason.trim() === '' ? 'walk.excuseMissing' : 'failure.stepInvalid'
}

interface ChoiceProps {
  fields: ExcusesFields
  onChange: (part: Partial<ExcusesFields>) => void
}

function Labelled({ label, children }: { label: Key; children: ReactNode }) {
  return (
    <div className="walk-field">
      <span>{useTown().words.t(label)}</span>
      {children}
    </div>
  )
}

/** Rounds belong to villages, so an area is one, or the town. */
function PlaceChoice({ fields, onChange }: ChoiceProps) {
  const town = useTown()
  const own = town.places.filter(({ code, level }) => level !== 'grid' && isInScopeOf(town, code))
  return (
    <Labelled label="excuses.place">
      <Select
        aria-label={town.words.t('excuses.place')}
        value={own.some(({ code }) => code === fields.place) ? fields.place : undefined}
        showSearch={{ optionFilterProp: 'label' }}
        options={own.map(({ code }) => ({ value: code, label: town.place(code) }))}
        onChange={(place: string) => onChange({ place, planned: null })}
      />
    </Labelled>
  )
}

const times = halfHours.map((time) => ({ value: time, label: time }))

function TimeChoice({ fields, onChange }: ChoiceProps) {
  const { t } = useTown().words
  return (
    <div className="excuses-times">
      {(
        [
          ['first', 'begins', 'excuses.from'],
          ['last', 'ends', 'excuses.to'],
        ] as const
      ).map(([day, time, label]) => (
        <Labelled key={day} label={label}>
          <span className="excuses-time">
            <DayInput
              label={t(label)}
              value={fields[day]}
              onChange={(value) => onChange({ [day]: value, planned: null })}
            />
            <Select
              aria-label={`${t(label)} ${t('checkins.column.when')}`}
              showSearch
              value={fields[time]}
              options={times}
              onChange={(value: string) => onChange({ [time]: value, planned: null })}
            />
          </span>
        </Labelled>
      ))}
    </div>
  )
}

function PlannedChoice({ fields, span, onChange }: ChoiceProps & { span: Span }) {
  const { words, zone } = useTown()
  const { t } = words
  const known = useQuery(plannedQuery(span)).data ?? []
  const events = eventsFor(known, fields.place, span)
  if (events.length === 0) return null

  /** The gateway writes the event's title behind the reason. */
  function choose(id: string | null): void {
    const usual = t('excuses.plannedReason')
    const isFree = fields.reason === '' || fields.reason === usual
    onChange({ planned: id, ...(isFree && { reason: id === null ? '' : usual }) })
  }

  return (
    <Labelled label="excuses.planned">
      <Select
        aria-label={t('excuses.planned')}
        value={fields.planned}
        onChange={choose}
        options={[
          { value: null, label: t('excuses.plannedNone') },
          ...events.map(({ id, title, startsAt, endsAt }) => ({
            value: id,
            label: `${title} ${timeOfDay(startsAt, zone)}–${timeOfDay(endsAt, zone)}`,
          })),
        ]}
      />
    </Labelled>
  )
}

const mostNamed = 3

/** What it will touch, before it does. */
function Hit({ place, span }: { place: string | undefined; span: Span }) {
  const { words } = useTown()
  const { t } = words
  const rounds = useQuery(patrolRoundsQuery(span)).data
  if (place === undefined || !rounds) return null
  const hit = roundsWithin(rounds, { place, ...span }, serverNow())
  const names = namesOf(hit).slice(0, mostNamed).join(t('list.comma'))
  if (hit.length === 0) return <p className="second">{t('excuses.hitNone')}</p>
  const key = namesOf(hit).length > mostNamed ? 'excuses.hitMore' : 'excuses.hit'
  return (
    <p className="excuses-hit" role="status">
      {t(key, { n: hit.length, names })}
    </p>
  )
}

function namesOf(rounds: readonly PatrolRoundView[]): string[] {
  return [...new Set(rounds.map(({ name }) => name))]
}
