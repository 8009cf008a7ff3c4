import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { CameraView, FoundCamera } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { ProbeList } from './probe-list.tsx'
import { addressesIn, type Login, type ProbeQueue, type ProbeRow } from './probe-queue.ts'

interface FindProps {
  first: readonly string[]
  login: Login
  rows: readonly ProbeRow[]
  queue: ProbeQueue
  found: readonly FoundCamera[]
  /** Answered, and not wanted. */
  left: ReadonlySet<string>
  cameras: readonly CameraView[]
  onLogin: (login: Login) => void
  onFound: (found: readonly FoundCamera[]) => void
  onLeft: (left: ReadonlySet<string>) => void
}

const searchMs = 25_000

export function JoinFind(props: FindProps) {
  const { first, login, rows, queue, found, left, cameras, onLogin, onFound, onLeft } = props
  const { t } = useTown().words
  const [text, setText] = useState(() =>
    rows.length > 0 ? rows.map(({ address }) => address).join('\n') : first.join('\n'),
  )
  const search = useMutation({
    mutationFn: () =>
      call<{ items: FoundCamera[] }>('/cameras/discover', { method: 'POST', timeoutMs: searchMs }),
    onSuccess: ({ items }) => {
      onFound(items)
      const fresh = items.filter(({ device }) => device === null).map(({ address }) => address)
      setText((now) => [...new Set([...addressesIn(now), ...fresh])].join('\n'))
    },
  })
  const addresses = addressesIn(text)
  const isReady = addresses.length > 0 && login.username !== '' && login.password !== ''
  return (
    <div className="join-find">
      <form
        className="join-form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) queue.add(addresses, login)
        }}
      >
        <div className="join-search">
          <Button loading={search.isPending} onClick={() => search.mutate()}>
            {t('join.search')}
          </Button>
          <SearchNote isPending={search.isPending} found={search.data ? found : null} />
        </div>
        {search.isError && (
          <p className="said" role="alert">
            {failureWords(search.error, t)}
          </p>
        )}
        <div className="join-pair">
          <label className="join-label">
            <span>{t('join.addresses')}</span>
            <Input.TextArea
              className="mono join-addresses"
              rows={5}
              spellCheck={false}
              placeholder="192.168.1.64"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <LoginFields {...{ login, onLogin }} addresses={addresses.length} isReady={isReady} />
        </div>
      </form>
      <ProbeList {...{ rows, queue, login, left, cameras, onLeft }} />
    </div>
  )
}

interface LoginProps {
  login: Login
  onLogin: (login: Login) => void
  addresses: number
  isReady: boolean
}

function LoginFields({ login, onLogin, addresses, isReady }: LoginProps) {
  const { t } = useTown().words
  return (
    <div className="join-login">
      <label className="join-label">
        <span>{t('signIn.username')}</span>
        <Input
          value={login.username}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onLogin({ ...login, username: event.target.value })}
        />
      </label>
      <label className="join-label">
        <span>{t('signIn.password')}</span>
        <Input.Password
          value={login.password}
          maxLength={128}
          autoComplete="new-password"
          visibilityToggle={false}
          onChange={(event) => onLogin({ ...login, password: event.target.value })}
        />
      </label>
      <p className="second join-login-help">{t('join.loginHelp')}</p>
      <Button type="primary" htmlType="submit" disabled={!isReady}>
        {t('join.try', { n: addresses })}
      </Button>
    </div>
  )
}

interface NoteProps {
  isPending: boolean
  /** Null: not searched yet. */
  found: readonly FoundCamera[] | null
}

function SearchNote({ isPending, found }: NoteProps) {
  const { t } = useTown().words
  const fresh = found?.filter(({ device }) => device === null).length ?? 0
  const words = () => {
    if (isPending) return t('join.searching')
    if (found === null) return t('join.searchHelp')
    if (found.length === 0) return t('join.foundNone')
    return t('join.found', { n: fresh, known: found.length - fresh })
  }
  return (
    <span className="second" role="status">
      {words()}
    </span>
  )
}
