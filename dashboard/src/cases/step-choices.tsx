import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Radio, Select } from 'antd'
import { similarQuery } from '../api/case-queries.ts'
import { queueQuery } from '../api/queries.ts'
import type { CaseDetail, CaseView, Similar } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { PictureButton, PictureStrip } from '../parts/pictures.tsx'
import type { Pictures } from '../parts/use-pictures.ts'
import { describeCause } from '../parts/words.ts'
import { distanceWords } from './distance.ts'

/** Fields that offer a choice: which case, which alarms, which pictures. */

export function PicturesField({ pictures }: { pictures: Pictures }) {
  const { t } = useTown().words
  return (
    <Form.Item label={t('pictures.label')}>
      <div className="pictures-field">
        <PictureStrip pictures={pictures} />
        <PictureButton pictures={pictures} label />
      </div>
    </Form.Item>
  )
}

export function IntoField({ detail }: { detail: CaseDetail }) {
  const { t } = useTown().words
  return (
    <Form.Item
      name="into"
      label={t('dialog.into')}
      rules={[{ required: true, message: t('dialog.intoMissing') }]}
    >
      <IntoChoice detail={detail} />
    </Form.Item>
  )
}

interface ChoiceProps {
  detail: CaseDetail
  value?: string
  onChange?: (id: string) => void
}

/** What is near and alike stands as a list; any other open case can be looked for. */
function IntoChoice({ detail, value, onChange }: ChoiceProps) {
  const town = useTown()
  const { t } = town.words
  const similar = useQuery(similarQuery(detail.id)).data
  const open = useQuery(queueQuery).data ?? []
  const nameOf = (one: CaseView) => `${one.number} ${town.title(one)}`
  const near = new Set(similar?.map((one) => one.case.id))
  const others = open.filter((one) => one.id !== detail.id && !near.has(one.id))
  return (
    <div className="into-choice">
      {similar !== undefined && similar.length === 0 && (
        <p className="second">{t('dialog.noSimilar')}</p>
      )}
      {similar !== undefined && similar.length > 0 && (
        <Radio.Group
          className="receivers"
          aria-label={t('dialog.similar')}
          value={value}
          onChange={(event) => onChange?.(String(event.target.value))}
        >
          {similar.map((one) => (
            <Radio key={one.case.id} value={one.case.id}>
              <span className="receiver">
                <b>{nameOf(one.case)}</b>
                <SimilarFacts one={one} />
              </span>
            </Radio>
          ))}
        </Radio.Group>
      )}
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('dialog.intoOther')}
        placeholder={t('dialog.intoOther')}
        value={value !== undefined && !near.has(value) ? value : undefined}
        onChange={(id: string) => onChange?.(id)}
        options={others.map((one) => ({ value: one.id, label: nameOf(one) }))}
      />
    </div>
  )
}

function SimilarFacts({ one }: { one: Similar }) {
  const { t, durations } = useTown().words
  const apart = formatRough(one.minutesApart * 60_000, durations)
  const facts = [
    distanceWords(t, one.distanceM),
    t('similar.apart', { n: apart }),
    t(`state.${one.case.state}`),
  ]
  return <span className="second">{facts.join(' · ')}</span>
}

/** At least one alarm stays where it was. */
export function AlarmsField({ detail }: { detail: CaseDetail }) {
  const { words, zone } = useTown()
  const { t } = words
  const all = detail.evidence
  if (all.length === 0) return null
  return (
    <Form.Item
      name="alarms"
      label={t('dialog.alarms')}
      rules={[
        {
          validator: (_rule, chosen: string[] | undefined) =>
            chosen && chosen.length > 0 && chosen.length < all.length
              ? Promise.resolve()
              : Promise.reject(new Error(t('dialog.alarmsMissing'))),
        },
      ]}
    >
      <Checkbox.Group className="receivers">
        {all.map((alarm) => (
          <Checkbox key={alarm.id} value={alarm.id}>
            <span className="receiver">
              <b>
                <Badge severity={alarm.severity} size={18} decorative /> {alarm.deviceName}
              </b>
              <span className="second">
                {describeCause(words, alarm, zone)} · {timeWithSeconds(alarm.raisedAt, zone)}
              </span>
            </span>
          </Checkbox>
        ))}
      </Checkbox.Group>
    </Form.Item>
  )
}
