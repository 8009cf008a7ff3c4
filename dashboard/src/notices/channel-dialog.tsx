import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, InputNumber, Select } from 'antd'
import {
  type ChannelCarrier,
  type ChannelKind,
  channelKinds,
} from '../../../gateway/domain/notice.ts'
import { ApiError, call } from '../api/client.ts'
import type { ChannelView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { fieldsOf, leastSecret } from './notice-words.ts'
import { CarrierField, TopicFields } from './speaker-fields.tsx'

interface Entry {
  name: string
  kind: ChannelKind
  carrier?: ChannelCarrier
  /** Whose broker, over MQTT. */
  broker?: 'own' | 'other'
  topic?: string
  url?: string
  username?: string
  secret?: string
  /** Empty: the whole town. */
  place?: string
  perMinute?: number | null
}

type Body = Omit<Entry, 'kind' | 'broker' | 'place'> & { place?: string | null }

const isOverMqtt = ({ kind, carrier }: Pick<Entry, 'kind' | 'carrier'>) =>
  kind === 'loudspeaker' && carrier === 'mqtt'

/** The gateway's own broker has no address: an empty one takes back what was there. */
function topicBody({ broker, topic, username }: Entry, isNew: boolean): Partial<Body> {
  return {
    ...(isNew && { carrier: 'mqtt' }),
    topic: topic?.trim() ?? '',
    ...(broker === 'other'
      ? { ...(username?.trim() && { username: username.trim() }) }
      : { url: '' }),
  }
}

/** What was left empty is left out: then it stays as it is. */
export function channelBody(entry: Entry, isNew: boolean): Body {
  const { name, url, secret, place, perMinute } = entry
  return {
    name: name.trim(),
    ...(url?.trim() && { url: url.trim() }),
    ...(secret?.trim() && { secret: secret.trim() }),
    ...(place !== undefined && { place: place === '' ? null : place }),
    ...(typeof perMinute === 'number' && { perMinute }),
    ...(isOverMqtt(entry) && topicBody(entry, isNew)),
  }
}

function entryOf(channel: ChannelView | null): Partial<Entry> {
  if (channel === null) return { kind: 'wecom', carrier: 'http', broker: 'own', place: '' }
  const { name, kind, carrier, topic, host } = channel
  const broker = host === null ? 'own' : 'other'
  return { name, kind, carrier, topic: topic ?? '', broker, place: channel.place ?? '' }
}

interface ChannelDialogProps {
  /** Null: a new one. */
  channel: ChannelView | null
  onClose: () => void
}

export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const { t } = useTown().words
  const client = useQueryClient()
  const [form] = Form.useForm<Entry>()
  const save = useMutation({
    mutationFn: (entry: Entry) =>
      channel
        ? call(`/channels/${encodeURIComponent(channel.id)}`, {
            method: 'PATCH',
            body: channelBody(entry, false),
          })
        : call('/channels', {
            method: 'POST',
            body: { ...channelBody(entry, true), kind: entry.kind },
          }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['channels'] })
      await client.invalidateQueries({ queryKey: ['notice-rules'] })
      onClose()
    },
  })
  const title = t(channel ? 'channel.edit' : 'channel.add')
  return (
    <FormDialog<Entry>
      form={form}
      title={title}
      okText={t(channel ? 'people.save' : 'channel.add')}
      isBusy={save.isPending}
      failure={save.isError ? <Refused error={save.error} /> : null}
      initialValues={entryOf(channel)}
      onFinish={(entry) => save.mutate(entry)}
      onChange={() => save.isError && save.reset()}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('channel.name')}
        rules={[{ required: true, whitespace: true, message: t('channel.nameMissing') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t('channel.kind')}>
        <Select
          disabled={channel !== null}
          options={channelKinds.map((value) => ({ value, label: t(`channel.kind.${value}`) }))}
        />
      </Form.Item>
      <KindFields isNew={channel === null} />
      <PlaceField />
      <Form.Item name="perMinute" label={t('channel.perMinute')}>
        <InputNumber min={1} max={600} controls={false} />
      </Form.Item>
    </FormDialog>
  )
}

/** A village's own robot or loudspeaker keeps silent about the others. */
function PlaceField() {
  const { places, session, words } = useTown()
  const { t } = words
  const below = places.filter(({ code }) => code !== session.town.code)
  return (
    <Form.Item name="place" label={t('channel.place')} extra={t('channel.placeHelp')}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={[
          { value: '', label: t('channel.placeTown') },
          ...below.map(({ code, name }) => ({ value: code, label: name })),
        ]}
      />
    </Form.Item>
  )
}

function KindFields({ isNew }: { isNew: boolean }) {
  const kind = Form.useWatch<ChannelKind | undefined>('kind') ?? 'wecom'
  const carrier = Form.useWatch<ChannelCarrier | undefined>('carrier') ?? 'http'
  if (kind !== 'loudspeaker') return <AddressFields kind={kind} isNew={isNew} />
  return (
    <>
      <CarrierField isNew={isNew} />
      {carrier === 'mqtt' ? (
        <TopicFields isNew={isNew} />
      ) : (
        <AddressFields kind={kind} isNew={isNew} />
      )}
    </>
  )
}

function AddressFields({ kind, isNew }: { kind: ChannelKind; isNew: boolean }) {
  const { t } = useTown().words
  const { url, secret, isSecretNeeded } = fieldsOf(kind)
  if (url === null) return <p className="second dialog-subject">{t('channel.browsers')}</p>
  const isNeeded = isNew && isSecretNeeded
  return (
    <>
      <Form.Item
        name="url"
        label={t(url)}
        extra={isNew ? undefined : t('channel.keep')}
        validateTrigger="onBlur"
        rules={[
          { required: isNew, message: t('channel.urlMissing') },
          { pattern: /^\s*https?:\/\/\S+\s*$/, message: t('channel.urlWrong') },
        ]}
      >
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={1000} />
      </Form.Item>
      {secret !== null && (
        <Form.Item
          name="secret"
          label={t(secret)}
          extra={isNew ? undefined : t('channel.keep')}
          validateTrigger="onBlur"
          rules={[
            { required: isNeeded, message: t('channel.secretMissing', { n: leastSecret }) },
            ...(isSecretNeeded
              ? [{ min: leastSecret, message: t('channel.secretMissing', { n: leastSecret }) }]
              : []),
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={500} />
        </Form.Item>
      )}
    </>
  )
}

/** The gateway names what is wrong with an address; it speaks English only. */
function Refused({ error }: { error: unknown }) {
  const { t } = useTown().words
  const detail = error instanceof ApiError && error.kind === 'invalid' ? error.message : null
  return (
    <p className="said" role="alert">
      <span>
        {failureWords(error, t, { conflict: 'channel.taken', invalid: 'channel.refused' })}
      </span>
      {detail !== null && <span lang="en">{detail}</span>}
    </p>
  )
}
