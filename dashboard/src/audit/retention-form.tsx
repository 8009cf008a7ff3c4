import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, InputNumber } from 'antd'
import { call } from '../api/client.ts'
import type { RetainedKind, Retention } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { ReadingDays } from './reading-days.tsx'
import { removesMore, retainedKinds, retentionBounds } from './retention-days.ts'

export function RetentionForm({ retention }: { retention: Retention }) {
  const { t } = useTown().words
  const client = useQueryClient()
  const { modal } = App.useApp()
  const save = useMutation({
    mutationFn: (body: Retention) => call<Retention>('/retention', { method: 'PUT', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['retention'] }),
  })
  async function ask(next: Retention): Promise<void> {
    const isSure =
      !removesMore(retention, next) ||
      (await modal.confirm({
        title: t('retention.save'),
        content: t('retention.shorter'),
        okText: t('people.ok'),
        cancelText: t('dialog.cancel'),
        icon: null,
        transitionName: '',
        maskTransitionName: '',
      }))
    if (isSure) save.mutate(next)
  }
  return (
    <Form<Retention>
      className="panel retention"
      layout="vertical"
      requiredMark={false}
      initialValues={retention}
      onFinish={(next) => void ask(next)}
      onValuesChange={() => save.reset()}
    >
      <ReadingDays />
      <h2 className="panel-title">{t('retention.others')}</h2>
      <div className="retention-fields">
        {retainedKinds.map((kind) => (
          <DaysField key={kind} kind={kind} />
        ))}
      </div>
      <div className="retention-buttons">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('retention.save')}
        </Button>
        {save.isSuccess && <span role="status">{t('retention.saved')}</span>}
        {save.isError && <span role="alert">{failureWords(save.error, t)}</span>}
      </div>
    </Form>
  )
}

function DaysField({ kind }: { kind: RetainedKind }) {
  const { t } = useTown().words
  const { least, most } = retentionBounds[kind]
  return (
    <Form.Item
      name={kind}
      label={t(`retention.${kind}`)}
      extra={t(kind === 'audit' ? 'retention.rangeAudit' : 'retention.range', { least, most })}
      rules={[
        {
          validator: (_rule, days: unknown) =>
            Number.isInteger(days) && Number(days) >= least && Number(days) <= most
              ? Promise.resolve()
              : Promise.reject(new Error(t('retention.wrong', { least, most }))),
        },
      ]}
    >
      <InputNumber controls={false} suffix={t('retention.unit')} />
    </Form.Item>
  )
}
