import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio } from 'antd'
import { suggestionsQuery } from '../api/case-queries.ts'
import type { Suggestion } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { distanceWords } from './distance.ts'
import { receiverKey } from './step-needs.ts'

/** To whom: on duty, near and with little on hand first; a name that is not listed can be typed. */
export function ReceiverField({ caseId, units }: { caseId: string; units: readonly string[] }) {
  const { t } = useTown().words
  const suggested = useQuery(suggestionsQuery(caseId)).data ?? []
  const options = receivers(suggested, units)
  return (
    <>
      <Form.Item
        name="to"
        label={t('dialog.unit')}
        tooltip={undefined}
        rules={[{ required: true, message: t('dialog.toMissing') }]}
      >
        <Radio.Group className="receivers">
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
      <Form.Item name="user" label={t('dialog.user')} extra={t('dialog.userHelp')}>
        <Input maxLength={64} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
    </>
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
