import { useQuery } from '@tanstack/react-query'
import { Form, Radio } from 'antd'
import { isInScope } from '../../../gateway/domain/place.ts'
import { suggestionsQuery } from '../api/case-queries.ts'
import type { CaseView, DutyPerson, Suggestion } from '../api/types.ts'
import { dutyPeopleQuery } from '../api/work-queries.ts'
import { useTown } from '../app/town.ts'
import { PersonChoice } from '../parts/person-choice.tsx'
import { distanceWords } from './distance.ts'
import { type Answers, receiverKey } from './step-needs.ts'

type Subject = Pick<CaseView, 'id' | 'grid' | 'village'>

interface ReceiverFieldProps {
  /** What is dispatched; the first of several is what is suggested for. */
  cases: readonly [Subject, ...Subject[]]
  units: readonly string[]
}

/** To whom: on duty, near and with little on hand first; or to any other person of the place. */
export function ReceiverField({ cases, units }: ReceiverFieldProps) {
  const { t } = useTown().words
  const form = Form.useFormInstance<Answers>()
  const user = Form.useWatch('user', form)
  const suggested = useQuery(suggestionsQuery(cases[0].id)).data ?? []
  const people = useQuery(dutyPeopleQuery)
  const options = receivers(suggested, units)
  return (
    <>
      <Form.Item
        name="to"
        label={t('dialog.unit')}
        rules={[{ required: !user, message: t('dialog.toMissing') }]}
      >
        <Radio.Group className="receivers" onChange={() => form.setFieldValue('user', undefined)}>
          {options.map((one) => (
            <Radio
              key={receiverKey(one.to.kind, one.to.id)}
              value={receiverKey(one.to.kind, one.to.id)}
            >
              <span className="receiver">
                <b>{one.name}</b>
                <ReceiverFacts one={one} />
              </span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <PersonChoice
        name="user"
        label={t('dialog.user')}
        help={t('dialog.userHelp')}
        people={people.data && ofPlaces(people.data, cases)}
        isFailed={people.isError}
        onChoose={() => form.setFieldValue('to', undefined)}
      />
    </>
  )
}

/** Only those who may open all of the cases. */
export function ofPlaces(
  people: readonly DutyPerson[],
  cases: readonly Pick<CaseView, 'grid' | 'village'>[],
): DutyPerson[] {
  return people.filter(({ scope }) =>
    cases.every(({ grid, village }) => isInScope(scope, grid ?? village)),
  )
}

type Receiver = Omit<Suggestion, 'onDuty' | 'openCases' | 'distanceM'> & Partial<Suggestion>

/** The units of the hazard stand there whatever is suggested. */
export function receivers(suggested: readonly Suggestion[], units: readonly string[]): Receiver[] {
  const isListed = (unit: string) =>
    suggested.some(({ to }) => to.kind === 'unit' && to.id === unit)
  return [
    ...suggested,
    ...[...new Set(units)]
      .filter((unit) => unit !== '' && !isListed(unit))
      .map((unit) => ({ to: { kind: 'unit' as const, id: unit }, name: unit })),
  ]
}

function ReceiverFacts({ one }: { one: Receiver }) {
  const { t } = useTown().words
  const facts = [
    one.to.kind === 'user' && one.onDuty !== undefined
      ? t(one.onDuty ? 'suggest.onDuty' : 'suggest.offDuty')
      : t(`suggest.${one.to.kind}`),
    ...(one.distanceM === undefined || one.distanceM === null
      ? []
      : [distanceWords(t, one.distanceM)]),
    ...(one.openCases === undefined ? [] : [t('suggest.open', { n: one.openCases })]),
  ]
  return <span className="second">{facts.join(' · ')}</span>
}
