import { Button, Switch } from 'antd'
import type { ChannelView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import { reasonWords } from './reason-words.ts'
import type { ChannelActs } from './use-channel-acts.ts'

interface ChannelTableProps {
  channels: readonly ChannelView[]
  acts: ChannelActs
  onEdit: (channel: ChannelView) => void
}

export function ChannelTable({ channels, acts, onEdit }: ChannelTableProps) {
  const { words, place } = useTown()
  const { t } = words
  const columns: SheetColumn<ChannelView>[] = [
    {
      key: 'name',
      label: t('channel.name'),
      width: 'minmax(160px, 1.2fr)',
      render: (channel) => (
        <span className="sheet-lead">
          <b>{channel.name}</b>
          <span className="second">
            {t(`channel.kind.${channel.kind}`)}
            {channel.host !== null && <span lang="en"> · {channel.host}</span>}
            {channel.place !== null &&
              ` · ${t('channel.placeOnly', { place: place(channel.place) })}`}
            {channel.topic !== null && <span lang="en"> · {channel.topic}</span>}
          </span>
        </span>
      ),
    },
    {
      key: 'enabled',
      label: t('channel.enabled'),
      width: '72px',
      render: (channel) => (
        <Switch
          size="small"
          aria-label={t('channel.enable', { name: channel.name })}
          checked={channel.enabled}
          disabled={acts.isBusy}
          onChange={(enabled) => acts.enable(channel, enabled)}
        />
      ),
    },
    {
      key: 'standing',
      label: t('channel.standing'),
      width: 'minmax(200px, 1.4fr)',
      render: (channel) => <Standing channel={channel} />,
    },
    {
      key: 'acts',
      label: t('people.actions'),
      isEnd: true,
      width: '208px',
      render: (channel) => (
        <span className="sheet-acts">
          <Button
            size="small"
            loading={acts.testing === channel.id}
            disabled={acts.testing !== null}
            onClick={() => acts.test(channel)}
          >
            {t('channel.test')}
          </Button>
          <Button size="small" onClick={() => onEdit(channel)}>
            {t('people.edit')}
          </Button>
          <Button
            size="small"
            aria-label={t('channel.removeFor', { name: channel.name })}
            icon={<Icon name="close" size={14} />}
            disabled={acts.isBusy}
            onClick={() => void acts.remove(channel)}
          />
        </span>
      ),
    },
  ]
  return (
    <Sheet
      label={t('notices.tab.channels')}
      columns={columns}
      rows={channels}
      keyOf={({ id }) => id}
      isQuiet={({ enabled }) => !enabled}
    />
  )
}

/** When it last worked, what waits, and why it does not work. */
function Standing({ channel }: { channel: ChannelView }) {
  const { t, durations } = useTown().words
  const now = useNow()
  const sent =
    channel.lastSentAt === null
      ? t('channel.sentNever')
      : t('channel.sentAgo', { age: formatRough(now - channel.lastSentAt, durations) })
  return (
    <span className="sheet-lead">
      <span>
        {sent}
        {channel.waiting > 0 && <b> · {t('channel.waiting', { n: channel.waiting })}</b>}
      </span>
      {channel.trouble !== null && (
        <span className="channel-trouble">
          <Icon name="warning" size={14} />
          <span>{t('channel.trouble')}</span>
          {reasonWords(channel.trouble, t) ?? <span lang="en">{channel.trouble}</span>}
        </span>
      )}
    </span>
  )
}
