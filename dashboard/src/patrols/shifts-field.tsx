import { useQuery } from '@tanstack/react-query'
import { AutoComplete, Button, Checkbox, InputNumber } from 'antd'
import { weekdayNames } from '../../../gateway/domain/patrol.ts'
import { patrolSeasonsQuery } from '../api/patrol-queries.ts'
import type { PatrolSeason } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayInWords, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { halfHours } from '../duty/duty-week.ts'
import type { Key } from '../i18n/translate.ts'
import { Icon } from '../parts/icon.tsx'
import { clockTimeOf } from '../video/plan-entry.ts'
import {
  type Coming,
  comingRounds,
  newShift,
  type ShiftFields,
  seasonsThatCount,
} from './route-entry.ts'

const mostShifts = 24

interface ShiftsFieldProps {
  value?: ShiftFields[]
  onChange?: (shifts: ShiftFields[]) => void
}

/** When the route is walked, and what comes of it in the next days. */
export function ShiftsField({ value = [], onChange }: ShiftsFieldProps) {
  const { t } = useTown().words
  return (
    <div className="shifts">
      {value.length === 0 && <p className="second">{t('route.shiftsNone')}</p>}
      {value.map((shift, at) => (
        <ShiftRow
          key={at}
          n={at + 1}
          shift={shift}
          onChange={(part) => onChange?.(value.with(at, { ...shift, ...part }))}
          onRemove={() => onChange?.(value.toSpliced(at, 1))}
        />
      ))}
      <Button
        disabled={value.length >= mostShifts}
        icon={<Icon name="plus" size={16} />}
        onClick={() => onChange?.([...value, newShift()])}
      >
        {t('route.addShift')}
      </Button>
      <Preview shifts={value} />
    </div>
  )
}

interface ShiftRowProps {
  n: number
  shift: ShiftFields
  onChange: (part: Partial<ShiftFields>) => void
  onRemove: () => void
}

function ShiftRow({ n, shift, onChange, onRemove }: ShiftRowProps) {
  const { t } = useTown().words
  const isOvernight = (clockTimeOf(shift.end) ?? '') < (clockTimeOf(shift.start) ?? '')
  return (
    <fieldset className="shift" aria-label={t('route.shift', { n })}>
      <Checkbox.Group
        aria-label={t('route.days')}
        value={shift.days}
        options={weekdayNames.map((day) => ({ value: day, label: t(`weekday.short.${day}`) }))}
        onChange={(days) => onChange({ days })}
      />
      <div className="shift-times">
        <TimeField
          label={t('route.start')}
          value={shift.start}
          onChange={(start) => onChange({ start })}
        />
        <span>–</span>
        <TimeField label={t('route.end')} value={shift.end} onChange={(end) => onChange({ end })} />
        {isOvernight && <small className="second">{t('route.nextDay')}</small>}
        <span className="grow" />
        <Button
          type="text"
          aria-label={t('route.removeShift', { n })}
          icon={<Icon name="close" size={16} />}
          onClick={onRemove}
        />
      </div>
      <label className="shift-jitter" title={t('route.jitterHelp')}>
        {t('route.jitter')}
        <InputNumber
          min={0}
          max={240}
          step={10}
          precision={0}
          value={shift.jitterMin}
          onChange={(jitterMin) => onChange({ jitterMin })}
        />
      </label>
    </fieldset>
  )
}

interface TimeFieldProps {
  label: string
  value: string
  onChange: (time: string) => void
}

const times = halfHours.map((value) => ({ value }))

/** Any time can be typed; half hours are offered. */
function TimeField({ label, value, onChange }: TimeFieldProps) {
  return (
    <AutoComplete
      className="shift-time"
      aria-label={label}
      value={value}
      options={times}
      status={clockTimeOf(value) === null ? 'error' : ''}
      onChange={onChange}
      onBlur={() => onChange(clockTimeOf(value) ?? value)}
    />
  )
}

const mostShown = 8
const noSeasons: PatrolSeason[] = []
/** Those that come with the product; a town names its own. */
const seasonWords: Record<string, Key> = {
  burnBan: 'season.burnBan',
  fireSeason: 'season.fireSeason',
  floodSeason: 'season.floodSeason',
}

function Preview({ shifts }: { shifts: readonly ShiftFields[] }) {
  const { words, zone } = useTown()
  const { t, language } = words
  // By the minute: the list does not change with every second.
  const now = Math.floor(useNow() / 60_000) * 60_000
  const seasons = useQuery(patrolSeasonsQuery).data ?? noSeasons
  const span = { now, timeZone: zone, seasons }
  const coming = shifts.length === 0 ? null : comingRounds(shifts, span)
  if (coming === null) return null
  if (coming.length === 0) return <p className="second">{t('route.previewNone')}</p>
  const days = Map.groupBy(coming.slice(0, mostShown), ({ from }) =>
    dayInWords(from, zone, language),
  )
  return (
    <div className="shift-preview">
      <p className="second">{t('route.preview')}</p>
      <ul aria-label={t('route.preview')}>
        {[...days].map(([day, rounds]) => (
          <li key={day}>
            <b>{day}</b> {rounds.map((one) => comingWords(one)).join(t('list.comma'))}
          </li>
        ))}
      </ul>
      {seasonsThatCount(span).map(({ id, name, patrolFactor }) => (
        <p key={id} className="second">
          {t('route.previewSeason', { name: seasonName(id, name), n: patrolFactor })}
        </p>
      ))}
    </div>
  )

  function seasonName(id: string, name: string): string {
    const known = seasonWords[id]
    return language === 'en' && known ? t(known) : name
  }

  function comingWords({ from, until, jitterMin }: Coming): string {
    const window = t('walks.window', {
      from: timeOfDay(from, zone),
      until: timeOfDay(until, zone),
    })
    return jitterMin > 0 ? `${window} (${t('route.previewLate', { n: jitterMin })})` : window
  }
}
