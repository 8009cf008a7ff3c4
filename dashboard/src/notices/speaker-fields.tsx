import { Form, Input, Select } from 'antd'
import type { ChannelCarrier } from '../../../gateway/domain/notice.ts'
import { useTown } from '../app/town.ts'

/** How a loudspeaker is told: through an address, or on a topic of a broker. */

const ownTopic = 'lianxun/…/…/command'
const bare = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const

export function CarrierField({ isNew }: { isNew: boolean }) {
  const { t } = useTown().words
  return (
    <Form.Item name="carrier" label={t('channel.carrier')}>
      <Select
        disabled={!isNew}
        options={(['http', 'mqtt'] satisfies ChannelCarrier[]).map((value) => ({
          value,
          label: t(`channel.carrier.${value}`),
        }))}
      />
    </Form.Item>
  )
}

export function TopicFields({ isNew }: { isNew: boolean }) {
  const { t } = useTown().words
  const broker = Form.useWatch<string | undefined>('broker') ?? 'own'
  return (
    <>
      <Form.Item name="broker" label={t('channel.broker')}>
        <Select
          options={['own', 'other'].map((value) => ({
            value,
            label: t(value === 'own' ? 'channel.broker.own' : 'channel.broker.other'),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="topic"
        label={t('channel.topic')}
        extra={broker === 'own' ? t('channel.topicOwn', { topic: ownTopic }) : undefined}
        validateTrigger="onBlur"
        rules={[
          { required: true, whitespace: true, message: t('channel.topicMissing') },
          { pattern: /^[^+#]*$/, message: t('channel.topicWrong') },
        ]}
      >
        <Input {...bare} maxLength={256} />
      </Form.Item>
      {broker === 'other' && <BrokerFields isNew={isNew} />}
    </>
  )
}

function BrokerFields({ isNew }: { isNew: boolean }) {
  const { t } = useTown().words
  const keep = isNew ? undefined : t('channel.keep')
  return (
    <>
      <Form.Item
        name="url"
        label={t('channel.brokerUrl')}
        extra={keep}
        validateTrigger="onBlur"
        rules={[
          { required: isNew, message: t('channel.urlMissing') },
          { pattern: /^\s*mqtts?:\/\/[^\s/]+\/?\s*$/, message: t('channel.brokerWrong') },
        ]}
      >
        <Input {...bare} maxLength={1000} placeholder="mqtts://" />
      </Form.Item>
      <div className="rule-pair">
        <Form.Item name="username" label={t('channel.brokerUser')} extra={keep}>
          <Input {...bare} maxLength={200} />
        </Form.Item>
        <Form.Item name="secret" label={t('channel.brokerPassword')} extra={keep}>
          <Input.Password autoComplete="new-password" maxLength={500} />
        </Form.Item>
      </div>
    </>
  )
}
