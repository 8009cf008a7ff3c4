import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { usersQuery } from '../api/trust-queries.ts'
import type { UserView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { SheetList } from '../parts/sheet-list.tsx'
import { AskDialog, type UserAsk } from './ask-dialog.tsx'
import { type Handover, HandoverDialog } from './handover-dialog.tsx'
import { UserDialog } from './user-dialog.tsx'
import { UserTable } from './user-table.tsx'

type Open =
  | { kind: 'add' }
  | { kind: 'edit'; user: UserView }
  | { kind: 'ask'; user: UserView; ask: UserAsk }
  | { kind: 'handover'; made: Handover }

export function matchesUser(user: UserView, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return `${user.displayName} ${user.username} ${user.team ?? ''} ${user.unit ?? ''}`
    .toLowerCase()
    .includes(wanted)
}

export function UserTab() {
  const { t } = useTown().words
  const query = useQuery(usersQuery)
  const [text, setText] = useState('')
  const [open, setOpen] = useState<Open | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const shown = query.data?.filter((user) => matchesUser(user, text))
  const close = () => setOpen(null)
  return (
    <>
      <div className="people-head">
        <Input
          allowClear={{ clearIcon: <Icon name="close" size={14} /> }}
          value={text}
          placeholder={t('people.search')}
          aria-label={t('people.search')}
          prefix={<Icon name="search" size={16} />}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="primary" onClick={() => setOpen({ kind: 'add' })}>
          {t('people.add')}
        </Button>
      </div>
      {said !== null && (
        <p className="said" role="status">
          {said}
        </p>
      )}
      <SheetList
        query={query}
        rows={shown}
        empty={
          <>
            <strong>{t(text === '' ? 'people.none' : 'people.noMatch')}</strong>
            <span>{t(text === '' ? 'people.noneNext' : 'people.noMatchNext')}</span>
          </>
        }
      >
        {(users) => (
          <UserTable
            users={users}
            onEdit={(user) => setOpen({ kind: 'edit', user })}
            onAsk={(user, ask) => setOpen({ kind: 'ask', user, ask })}
          />
        )}
      </SheetList>
      {(open?.kind === 'add' || open?.kind === 'edit') && (
        <UserDialog
          user={open.kind === 'edit' ? open.user : null}
          onClose={close}
          onMade={(made) => setOpen({ kind: 'handover', made })}
        />
      )}
      {open?.kind === 'ask' && (
        <AskDialog
          user={open.user}
          ask={open.ask}
          onClose={close}
          onDone={(words, made) => {
            setSaid(made ? null : words)
            setOpen(made ? { kind: 'handover', made } : null)
          }}
        />
      )}
      {open?.kind === 'handover' && <HandoverDialog made={open.made} onClose={close} />}
    </>
  )
}
