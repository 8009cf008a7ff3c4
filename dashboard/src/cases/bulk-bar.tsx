import { Link } from '@tanstack/react-router'
import { Button, Form, Modal } from 'antd'
import { useState } from 'react'
import { serverNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { failureWords } from '../parts/failure-words.ts'
import { ReceiverField } from './receiver-field.tsx'
import { type Answers, bodyOf } from './step-needs.ts'
import { type Bulk, type BulkAct, mostAtOnce, type Outcome } from './use-bulk.ts'

const acts: readonly BulkAct[] = ['accept', 'dispatch', 'remind']

/** What is done to all that are chosen; afterwards what became of each, by its number. */
export function BulkBar({ bulk }: { bulk: Bulk }) {
  const { t } = useTown().words
  const [isAsked, setAsked] = useState(false)
  const count = bulk.chosen.length
  if (count === 0 && bulk.outcome === null) return null
  return (
    <section className="bulk" aria-live="polite">
      {count > 0 && (
        <div className="bulk-bar">
          <strong>{t('bulk.count', { n: count })}</strong>
          {acts.map((act) => (
            <Button
              key={act}
              data-bulk={act}
              disabled={bulk.isBusy || count > mostAtOnce}
              onClick={() => (act === 'dispatch' ? setAsked(true) : void bulk.run(act))}
            >
              {t(`step.${act}`)}
            </Button>
          ))}
          <Button type="text" onClick={bulk.clear}>
            {t('bulk.clear')}
          </Button>
          {count > mostAtOnce && <span>{t('bulk.tooMany', { n: mostAtOnce })}</span>}
        </div>
      )}
      {bulk.error !== null && !isAsked && (
        <p className="said" role="alert">
          {failureWords(bulk.error, t)}
        </p>
      )}
      <BulkOutcomes bulk={bulk} />
      {isAsked && count > 0 && <BulkDispatch bulk={bulk} onClose={() => setAsked(false)} />}
    </section>
  )
}

function BulkDispatch({ bulk, onClose }: { bulk: Bulk; onClose: () => void }) {
  const town = useTown()
  const { t } = town.words
  const [form] = Form.useForm<Answers>()
  const hazards = new Set(bulk.chosen.map((one) => one.hazard))
  const units = town.hazards
    .filter((one) => hazards.has(one.id))
    .flatMap((one) => [one.unit, ...one.assist])
  const [first, ...rest] = bulk.chosen
  async function finish(answers: Answers): Promise<void> {
    const { to } = bodyOf(answers, { now: serverNow() })
    if (to !== undefined && (await bulk.run('dispatch', to))) onClose()
  }
  return (
    <Modal
      open
      title={t('bulk.dispatch', { n: bulk.chosen.length })}
      okText={t('step.dispatch')}
      cancelText={t('dialog.cancel')}
      confirmLoading={bulk.isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <Form<Answers>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(answers) => void finish(answers)}
      >
        {first && <ReceiverField cases={[first, ...rest]} units={units} />}
      </Form>
      {bulk.error !== null && (
        <p className="said" role="alert">
          {failureWords(bulk.error, t)}
        </p>
      )}
    </Modal>
  )
}

function BulkOutcomes({ bulk }: { bulk: Bulk }) {
  const { t } = useTown().words
  if (bulk.outcome === null) return null
  const { act, items } = bulk.outcome
  const done = items.filter((one) => one.ok).length
  const failed = items.length - done
  return (
    <div className="bulk-outcome" role="status">
      <p>
        <strong>{t('bulk.done', { n: done })}</strong>
        {failed > 0 && <strong> · {t('bulk.failed', { n: failed })}</strong>}
        <Button size="small" type="text" onClick={bulk.closeOutcome}>
          {t('bulk.close')}
        </Button>
      </p>
      <ul>
        {[...items]
          .sort((a, b) => Number(a.ok) - Number(b.ok))
          .map((one) => (
            <li key={one.id} data-outcome={one.ok ? 'done' : 'failed'}>
              <Link to="/cases/$id" params={{ id: one.id }}>
                {one.number}
              </Link>{' '}
              <OutcomeWords one={one} act={act} />
            </li>
          ))}
      </ul>
    </div>
  )
}

const whyByStatus = {
  400: 'bulk.why.invalid',
  403: 'bulk.why.forbidden',
  404: 'bulk.why.forbidden',
  409: 'bulk.why.conflict',
} as const

function OutcomeWords({ one, act }: { one: Outcome; act: BulkAct }) {
  const { t } = useTown().words
  if (one.ok) return t('bulk.okay', { did: term(t, 'done', act) })
  const status = one.problem?.status as keyof typeof whyByStatus
  return t(whyByStatus[status] ?? 'bulk.why.other', { step: t(`step.${act}`) })
}
