import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../api/trust-queries.ts'
import type { Account } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import { PasswordPanel } from './password-panel.tsx'
import { PushPanel } from './push-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'
import { SessionList } from './session-list.tsx'
import './account.css'

export function AccountPage() {
  const { t } = useTown().words
  const query = useQuery(accountQuery)
  return (
    <Shell>
      <div className="page-head">
        <h1>{t('account.title')}</h1>
      </div>
      <div className="page-body is-narrow">
        {query.data ? (
          <Panels account={query.data} />
        ) : query.isError ? (
          <p className="said" role="alert">
            {t('account.missing')}
          </p>
        ) : (
          <div className="account-panels" aria-busy="true">
            {[0, 1, 2, 3].map((panel) => (
              <div key={panel} className="panel skeleton account-waiting" />
            ))}
          </div>
        )}
      </div>
    </Shell>
  )
}

function Panels({ account }: { account: Account }) {
  return (
    <div className="account-panels">
      <WhoPanel account={account} />
      <PasswordPanel account={account} />
      <SecondFactorPanel account={account} />
      <PushPanel />
      <SessionList account={account} />
    </div>
  )
}

function WhoPanel({ account: { person } }: { account: Account }) {
  const town = useTown()
  const { t } = town.words
  return (
    <section className="panel account-panel">
      <h2 className="panel-title">{t('account.who')}</h2>
      <strong className="account-name">{person.displayName}</strong>
      <dl className="pairs">
        <dt>{t('account.username')}</dt>
        <dd lang="en">{person.username}</dd>
        <dt>{t('account.role')}</dt>
        <dd>{t(`role.${person.role}`)}</dd>
        <dt>{t('account.scope')}</dt>
        <dd>{town.place(person.scope)}</dd>
      </dl>
    </section>
  )
}
