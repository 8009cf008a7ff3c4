import { Button, Dropdown } from 'antd'
import type { UserView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { type TownView, useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'
import { Icon } from '../parts/icon.tsx'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import type { UserAsk } from './ask-dialog.tsx'

interface UserTableProps {
  users: readonly UserView[]
  onEdit: (user: UserView) => void
  onAsk: (user: UserView, ask: UserAsk) => void
}

export function UserTable({ users, onEdit, onAsk }: UserTableProps) {
  const town = useTown()
  const { t } = town.words
  const columns: SheetColumn<UserView>[] = [
    {
      key: 'person',
      label: t('people.person'),
      width: 'minmax(160px, 1.2fr)',
      render: (user) => <Name user={user} town={town} />,
    },
    {
      key: 'role',
      label: t('people.role'),
      width: 'minmax(96px, 0.8fr)',
      render: (user) => t(`role.${user.role}`),
    },
    {
      key: 'scope',
      label: t('people.scope'),
      width: 'minmax(112px, 1fr)',
      render: (user) => <span className="one-line">{town.place(user.scope)}</span>,
    },
    {
      key: 'group',
      label: t('people.group'),
      width: 'minmax(96px, 1fr)',
      render: (user) => <Groups user={user} />,
    },
    {
      key: 'factor',
      label: t('people.factor'),
      width: '112px',
      render: (user) => (
        <span className={user.secondFactor ? '' : 'quiet'}>
          {t(user.secondFactor ? 'people.factorOn' : 'people.factorOff')}
        </span>
      ),
    },
    {
      key: 'seen',
      label: t('people.seen'),
      width: '104px',
      render: (user) => <Seen at={user.lastSeenAt} />,
    },
    {
      key: 'sessions',
      label: t('people.sessions'),
      width: '72px',
      render: (user) => <span className={user.sessions === 0 ? 'quiet' : ''}>{user.sessions}</span>,
      drop: 'middle',
    },
    {
      key: 'acts',
      label: t('people.actions'),
      isEnd: true,
      width: '128px',
      render: (user) => <UserActs user={user} onEdit={onEdit} onAsk={onAsk} />,
    },
  ]
  return (
    <Sheet
      label={t('people.title')}
      columns={columns}
      rows={users}
      keyOf={(user) => user.username}
      isQuiet={(user) => user.disabled}
    />
  )
}

function Name({ user, town }: { user: UserView; town: TownView }) {
  const { t } = town.words
  const isMe = user.username === town.session.person.username
  return (
    <span className="sheet-lead">
      <span className="people-name">
        <b className="one-line">{user.displayName}</b>
        {isMe && <span className="mark-chip is-on">{t('people.me')}</span>}
        {user.disabled && <span className="mark-chip">{t('people.disabled')}</span>}
      </span>
      <span className="second one-line" lang="en">
        {user.username}
      </span>
    </span>
  )
}

function Groups({ user: { team, unit } }: { user: UserView }) {
  if (team === null && unit === null) return <span className="quiet">–</span>
  return (
    <span className="sheet-lead">
      {unit !== null && <span className="one-line">{unit}</span>}
      {team !== null && (
        <span className={unit === null ? 'one-line' : 'second one-line'}>{team}</span>
      )}
    </span>
  )
}

function Seen({ at }: { at: number | null }) {
  const { t, durations } = useTown().words
  const now = useNow()
  if (at === null) return <span className="quiet">{t('people.seenNever')}</span>
  return <span>{t('people.seenAgo', { age: formatRough(now - at, durations) })}</span>
}

/** What can be asked of this person's account; nobody locks out themselves. */
export function asksFor(user: UserView, me: string): UserAsk[] {
  const isMe = user.username === me
  if (user.disabled) return ['enable']
  return [
    'reset',
    ...(user.sessions > 0 && !isMe ? (['signOut'] as const) : []),
    ...(user.secondFactor && !isMe ? (['removeFactor'] as const) : []),
    ...(isMe ? [] : (['disable'] as const)),
  ].filter((ask) => !isMe || ask !== 'reset') as UserAsk[]
}

function UserActs({ user, onEdit, onAsk }: Omit<UserTableProps, 'users'> & { user: UserView }) {
  const { session, words } = useTown()
  const { t } = words
  const asks = asksFor(user, session.person.username)
  return (
    <span className="sheet-acts">
      <Button size="small" onClick={() => onEdit(user)}>
        {t('people.edit')}
      </Button>
      {asks.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: asks.map((ask) => ({
              key: ask,
              label: t(`people.${ask}` as Key),
              onClick: () => onAsk(user, ask),
            })),
          }}
        >
          <Button
            size="small"
            aria-label={t('people.actionsFor', { name: user.displayName })}
            icon={<Icon name="more" size={16} />}
          />
        </Dropdown>
      )}
    </span>
  )
}
