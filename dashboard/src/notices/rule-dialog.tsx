import { Checkbox, Form, Input, InputNumber, Select, Switch } from 'antd'
import { addressees, noticeActs } from '../../../gateway/domain/notice.ts'
import { severities } from '../../../gateway/domain/severity.ts'
import type { ChannelView, NoticeRuleView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { halfHours } from '../duty/duty-week.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { entryOf, newEntry, type RuleEntry } from './rule-entry.ts'

interface RuleDialogProps {
  /** Null: a new one. */
  rule: NoticeRuleView | null
  channels: readonly ChannelView[]
  isBusy: boolean
  failure: string | null
  onDone: (entry: RuleEntry) => void
  onClose: () => void
}

export function RuleDialog({ rule, channels, isBusy, failure, onDone, onClose }: RuleDialogProps) {
  const { t } = useTown().words
  const [form] = Form.useForm<RuleEntry>()
  return (
    <FormDialog<RuleEntry>
      form={form}
      title={t(rule ? 'rule.edit' : 'rule.add')}
      okText={t(rule ? 'people.save' : 'rule.add')}
      isBusy={isBusy}
      failure={failure}
      width={600}
      initialValues={rule ? entryOf(rule) : newEntry(channels[0]?.id ?? '')}
      onFinish={() => onDone(form.getFieldsValue(true) as RuleEntry)}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('rule.name')}
        rules={[{ required: true, whitespace: true, message: t('rule.nameMissing') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={100} />
      </Form.Item>
      <WhenFields />
      <WhomFields channels={channels} />
      <QuietFields />
      <FallbackFields channels={channels} />
    </FormDialog>
  )
}

function WhenFields() {
  const { words, hazards, hazard } = useTown()
  const { t } = words
  return (
    <>
      <Form.Item
        name="acts"
        label={t('rule.acts')}
        rules={[{ required: true, message: t('rule.actsMissing') }]}
      >
        <Checkbox.Group
          className="rule-acts"
          options={noticeActs.map((value) => ({ value, label: t(`notice.act.${value}`) }))}
        />
      </Form.Item>
      <div className="rule-pair">
        <Form.Item name="hazards" label={t('rule.hazards')}>
          <Select
            mode="multiple"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('rule.allHazards')}
            options={hazards.map(({ id }) => ({ value: id, label: hazard(id) }))}
          />
        </Form.Item>
        <Form.Item name="minSeverity" label={t('rule.minSeverity')}>
          <Select
            options={severities.map((value) => ({ value, label: t(`severity.${value}.long`) }))}
          />
        </Form.Item>
      </div>
    </>
  )
}

function WhomFields({ channels }: { channels: readonly ChannelView[] }) {
  const { t } = useTown().words
  return (
    <div className="rule-pair">
      <Form.Item name="to" label={t('rule.to')}>
        <Select options={addressees.map((value) => ({ value, label: t(`notice.to.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="channel"
        label={t('rule.channel')}
        rules={[{ required: true, message: t('rule.channelMissing') }]}
      >
        <Select options={channels.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
    </div>
  )
}

function QuietFields() {
  const { t } = useTown().words
  const isOn = Form.useWatch<boolean | undefined>('isQuiet')
  const options = halfHours.map((time) => ({ value: time, label: time }))
  return (
    <>
      <SwitchLine name="isQuiet" label={t('rule.quiet')} />
      {isOn && (
        <div className="rule-pair">
          <Form.Item name="quietFrom" label={t('duty.begins')}>
            <Select showSearch options={options} />
          </Form.Item>
          <Form.Item name="quietTo" label={t('duty.ends')}>
            <Select showSearch options={options} />
          </Form.Item>
        </div>
      )}
    </>
  )
}

function FallbackFields({ channels }: { channels: readonly ChannelView[] }) {
  const { t } = useTown().words
  const isOn = Form.useWatch<boolean | undefined>('hasFallback')
  return (
    <>
      <SwitchLine name="hasFallback" label={t('rule.fallback')} />
      {isOn && (
        <div className="rule-pair">
          <Form.Item
            name="fallbackMinutes"
            label={t('rule.afterMinutes')}
            rules={[{ required: true, message: t('rule.minutesMissing') }]}
          >
            <InputNumber min={1} max={1440} precision={0} controls={false} />
          </Form.Item>
          <Form.Item name="fallbackChannel" label={t('rule.other')}>
            <Select
              options={[
                { value: '', label: t('rule.supervisors') },
                ...channels.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          </Form.Item>
        </div>
      )}
    </>
  )
}

function SwitchLine({ name, label }: { name: 'isQuiet' | 'hasFallback'; label: string }) {
  return (
    <label className="rule-switch">
      <Form.Item name={name} valuePropName="checked" noStyle>
        <Switch size="small" />
      </Form.Item>
      <span>{label}</span>
    </label>
  )
}
