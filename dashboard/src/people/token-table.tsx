import { Button } from 'antd'
import type { TokenView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'

const dayMs = 86_400_000
const soonDays = 14

export type TokenState = 'revoked' | 'expired' | 'soon' | 'good'

export function tokenState(
  token: Pick<TokenView, 'revokedAt' | 'expiresAt'>,
  now: number,
): TokenState {
  if (token.revokedAt !== null) return 'revoked'
  if (token.expiresAt <= now) return 'expired'
  return token.expiresAt - now < soonDays * dayMs ? 'soon' : 'good'
}

interface TokenTableProps {
  tokens: readonly TokenView[]
  onRevoke: (token: TokenView) => void
}

export function TokenTable({ tokens, onRevoke }: TokenTableProps) {
  const town = useTown()
  const { t, durations } = town.words
  const now = useNow()
  const isOver = (token: TokenView) => ['revoked', 'expired'].includes(tokenState(token, now))
  const columns: SheetColumn<TokenView>[] = [
    {
      key: 'name',
      label: t('token.name'),
      width: 'minmax(140px, 1.2fr)',
      render: (token) => (
        <span className="sheet-lead">
          <b>{token.name}</b>
          {token.unit !== null && <span className="second">{token.unit}</span>}
        </span>
      ),
    },
    {
      key: 'role',
      label: t('people.role'),
      width: 'minmax(96px, 0.7fr)',
      render: (token) => t(`role.${token.role}`),
    },
    {
      key: 'scope',
      label: t('people.scope'),
      width: 'minmax(112px, 0.8fr)',
      render: (token) => <span className="one-line">{town.place(token.scope)}</span>,
    },
    {
      key: 'expires',
      label: t('token.expires'),
      width: 'minmax(176px, 1fr)',
      render: (token) => <Expiry token={token} now={now} />,
    },
    {
      key: 'used',
      label: t('token.used'),
      width: '112px',
      render: (token) =>
        token.lastUsedAt === null ? (
          <span className="quiet">{t('token.usedNever')}</span>
        ) : (
          t('people.seenAgo', { age: formatRough(now - token.lastUsedAt, durations) })
        ),
    },
    {
      key: 'by',
      label: t('token.createdBy'),
      width: '104px',
      render: (token) =>
        token.createdBy === null ? t('audit.gateway') : <span lang="en">{token.createdBy}</span>,
      drop: 'middle',
    },
    {
      key: 'acts',
      label: t('people.actions'),
      isEnd: true,
      width: '88px',
      render: (token) => (
        <span className="sheet-acts">
          {!isOver(token) && (
            <Button size="small" onClick={() => onRevoke(token)}>
              {t('token.revoke')}
            </Button>
          )}
        </span>
      ),
    },
  ]
  return (
    <Sheet
      label={t('people.tab.tokens')}
      columns={columns}
      rows={tokens}
      keyOf={(token) => token.id}
      isQuiet={isOver}
    />
  )
}

function Expiry({ token, now }: { token: TokenView; now: number }) {
  const { words, zone } = useTown()
  const { t } = words
  const state = tokenState(token, now)
  const left = Math.ceil((token.expiresAt - now) / dayMs)
  return (
    <span className="token-expiry">
      {dayOf(token.expiresAt, zone)}
      {state === 'revoked' && <span className="mark-chip">{t('token.revoked')}</span>}
      {state === 'expired' && <span className="mark-chip">{t('token.expired')}</span>}
      {state === 'soon' && <span className="overdue">{t('token.expiresSoon', { n: left })}</span>}
    </span>
  )
}
