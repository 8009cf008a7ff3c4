import { AutoComplete, Form, Input, InputNumber, Radio, Select } from 'antd'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import { severities } from '../../../gateway/domain/severity.ts'
import { useTown } from '../app/town.ts'
import { Badge } from '../parts/badge.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'

interface DialogProps {
  entry: EventMapping
  isNew: boolean
  isBusy: boolean
  failure: string | null
  onDone: (entry: EventMapping) => void
  onClose: () => void
}

interface Fields {
  topic: string
  item: string
  values: string[]
  type: string
  hazard: string
  severity: EventMapping['severity']
  ends: 'itself' | 'after'
  holdS: number | null
}

const usualTypes = [
  'fire',
  'smoke',
  'heat',
  'tamper',
  'signalLoss',
  'visibility',
  'digitalInput',
] as const

export function MappingDialog({ entry, isNew, isBusy, failure, onDone, onClose }: DialogProps) {
  const { t } = useTown().words
  const [form] = Form.useForm<Fields>()
  function finish(fields: Fields): void {
    const item = fields.item.trim()
    onDone({
      id: entry.id,
      topic: fields.topic.trim(),
      item: item === '' ? null : item,
      values: item === '' ? [] : fields.values,
      type: fields.type,
      hazard: fields.hazard,
      severity: fields.severity,
      holdS: fields.ends === 'itself' ? null : fields.holdS,
    })
  }
  return (
    <FormDialog<Fields>
      form={form}
      title={t(isNew ? 'events.add' : 'events.change')}
      okText={t('camera.save')}
      isBusy={isBusy}
      failure={failure}
      width={600}
      initialValues={{
        ...entry,
        item: entry.item ?? '',
        ends: entry.holdS === null ? 'itself' : 'after',
        holdS: entry.holdS ?? 60,
      }}
      onFinish={finish}
      onClose={onClose}
    >
      <MeaningFields />
      <ConditionFields />
      <EndFields form={form} />
    </FormDialog>
  )
}

function MeaningFields() {
  const town = useTown()
  const { t } = town.words
  return (
    <>
      <Form.Item name="severity" label={t('report.severity')}>
        <Radio.Group
          options={severities.map((value) => ({
            value,
            label: (
              <span className="mapping-meaning">
                <Badge severity={value} size={20} decorative /> {t(`severity.${value}.long`)}
              </span>
            ),
          }))}
        />
      </Form.Item>
      <div className="mapping-pair">
        <Form.Item name="hazard" label={t('report.hazard')}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={town.hazards.map(({ id }) => ({ value: id, label: town.hazard(id) }))}
          />
        </Form.Item>
        <Form.Item
          name="type"
          label={t('events.type')}
          extra={t('events.typeHelp')}
          rules={[
            {
              required: true,
              pattern: /^[A-Za-z][A-Za-z0-9]{0,31}$/,
              message: t('events.typeWrong'),
            },
          ]}
        >
          <AutoComplete
            options={usualTypes.map((value) => ({
              value,
              label: `${t(`event.${value}`)}  ${value}`,
            }))}
          />
        </Form.Item>
      </div>
    </>
  )
}

function ConditionFields() {
  const { t } = useTown().words
  return (
    <>
      <Form.Item
        name="topic"
        label={t('events.topic')}
        extra={t('events.topicHelp')}
        rules={[{ required: true, whitespace: true, message: t('adopt.needed') }]}
      >
        <Input className="mono" maxLength={200} spellCheck={false} />
      </Form.Item>
      <div className="mapping-pair">
        <Form.Item name="item" label={t('events.item')} extra={t('events.itemHelp')}>
          <Input className="mono" maxLength={64} spellCheck={false} />
        </Form.Item>
        <Form.Item name="values" label={t('events.values')} extra={t('events.valuesHelp')}>
          <Select
            mode="tags"
            maxCount={16}
            open={false}
            suffixIcon={null}
            tokenSeparators={[',', ' ']}
          />
        </Form.Item>
      </div>
    </>
  )
}

function EndFields({ form }: { form: ReturnType<typeof Form.useForm<Fields>>[0] }) {
  const { t } = useTown().words
  const ends = Form.useWatch('ends', form)
  return (
    <>
      <Form.Item name="ends" label={t('events.hold')}>
        <Radio.Group
          options={[
            { value: 'itself', label: t('events.endsItself') },
            { value: 'after', label: t('events.endsAfter') },
          ]}
        />
      </Form.Item>
      {ends === 'after' && (
        <Form.Item name="holdS" rules={[{ required: true, message: t('adopt.needed') }]}>
          <InputNumber min={5} max={86_400} suffix={t('events.seconds')} controls={false} />
        </Form.Item>
      )}
    </>
  )
}
