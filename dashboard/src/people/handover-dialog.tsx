import { Button, Input, Modal } from 'antd'
import { createPortal } from 'react-dom'
import { useTown } from '../app/town.ts'
import { CopyButton } from '../parts/copy-button.tsx'

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
    <Modal
      open
      title={t(made.isNew ? 'people.made' : 'people.made.reset', { name: made.name })}
      okText={t('dialog.close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      maskClosable={false}
      onOk={onClose}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <div className="handover">
        <p>{t('people.madeOnce')}</p>
        <dl className="pairs">
          <dt>{t('signIn.username')}</dt>
          <dd lang="en">{made.username}</dd>
        </dl>
        <Input
          className="mono handover-secret"
          size="large"
          readOnly
          value={made.password}
          aria-label={t('signIn.password')}
          onFocus={(event) => event.target.select()}
        />
        <div className="handover-buttons">
          <CopyButton text={made.password} label={t('people.copy')} />
          <Button onClick={() => window.print()}>{t('people.print')}</Button>
        </div>
        <p className="second">{t('people.madeChange')}</p>
      </div>
      {createPortal(<Slip made={made} />, document.body)}
    </Modal>
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
