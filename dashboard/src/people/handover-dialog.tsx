import { Button } from 'antd'
import { createPortal } from 'react-dom'
import { useTown } from '../app/town.ts'
import { SecretDialog } from '../parts/secret-dialog.tsx'

/** A password that was just made: shown now and never again. */
export interface Handover {
  username: string
  name: string
  password: string
  isNew: boolean
}

export function HandoverDialog({ made, onClose }: { made: Handover; onClose: () => void }) {
  const { t } = useTown().words
  return (
    <>
      <SecretDialog
        title={t(made.isNew ? 'people.made' : 'people.made.reset', { name: made.name })}
        intro={
          <>
            <p>{t('people.madeOnce')}</p>
            <dl className="pairs">
              <dt>{t('signIn.username')}</dt>
              <dd lang="en">{made.username}</dd>
            </dl>
          </>
        }
        secret={made.password}
        label={t('signIn.password')}
        copyLabel={t('people.copy')}
        beside={<Button onClick={() => window.print()}>{t('people.print')}</Button>}
        onClose={onClose}
      >
        <p className="second">{t('people.madeChange')}</p>
      </SecretDialog>
      {createPortal(<Slip made={made} />, document.body)}
    </>
  )
}

/** The only thing on the paper. */
function Slip({ made }: { made: Handover }) {
  const { t } = useTown().words
  return (
    <section className="print-slip" aria-hidden="true">
      <h1>{t('people.slip')}</h1>
      <dl>
        <dt>{t('people.person')}</dt>
        <dd>{made.name}</dd>
        <dt>{t('people.slipAddress')}</dt>
        <dd lang="en">{location.origin}</dd>
        <dt>{t('signIn.username')}</dt>
        <dd lang="en">{made.username}</dd>
        <dt>{t('signIn.password')}</dt>
        <dd lang="en" className="mono">
          {made.password}
        </dd>
      </dl>
      <p>{t('people.madeChange')}</p>
    </section>
  )
}
