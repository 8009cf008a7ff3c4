import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { tagSettingQuery } from '../api/patrol-queries.ts'
import type { PointView, TagSetting } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { failureWords } from '../parts/failure-words.ts'

interface TagDialogProps {
  point: PointView
  onClose: () => void
}

/** The link, and behind a button of its own each key: nobody reads them off the screen by chance. */
export function TagDialog({ point, onClose }: TagDialogProps) {
  const { t } = useTown().words
  const query = useQuery(tagSettingQuery(point.id))
  return (
    <Modal
      open
      width={640}
      title={t('setting.title')}
      okText={t('dialog.close')}
      cancelButtonProps={{ style: { display: 'none' } }}
      onOk={onClose}
      onCancel={onClose}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <p className="dialog-subject">
        {point.name} · {t(`tag.${point.tag}`)}
      </p>
      <p className="second">{t('setting.what')}</p>
      {query.isPending && <div className="skeleton tag-waiting" aria-busy="true" />}
      {query.isError && (
        <p className="said" role="alert">
          {failureWords(query.error, t, { away: 'setting.away' })}
        </p>
      )}
      {query.data && <Setting setting={query.data} />}
    </Modal>
  )
}

const keyWords = {
  application: 'setting.application',
  metaRead: 'setting.metaRead',
  fileRead: 'setting.fileRead',
} as const satisfies Record<string, Key>

function Setting({ setting }: { setting: TagSetting }) {
  const { t } = useTown().words
  const { url, keys, offsets, readerKey, tag } = setting
  return (
    <div className="tag-setting">
      {tag !== 'reader' && (
        <section>
          <h3>{t('setting.url')}</h3>
          <Input.TextArea
            className="mono"
            readOnly
            autoSize
            value={url}
            aria-label={t('setting.url')}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={url} label={t('setting.copyUrl')} />
        </section>
      )}
      {offsets && (
        <section>
          <h3>{t('setting.offsets')}</h3>
          <p>
            {[
              t('setting.picc', { n: offsets.picc }),
              t('setting.macInput', { n: offsets.macInput }),
              t('setting.mac', { n: offsets.mac }),
            ].join(t('list.comma'))}
          </p>
        </section>
      )}
      {keys && (
        <section>
          <h3>{t('setting.keys')}</h3>
          <p className="second">{t('setting.keysWhat')}</p>
          {(Object.keys(keyWords) as (keyof typeof keyWords)[]).map((name) => (
            <SecretLine key={name} label={t(keyWords[name])} secret={keys[name]} />
          ))}
        </section>
      )}
      {readerKey !== null && (
        <section>
          <h3>{t('setting.keys')}</h3>
          <p className="second">{t('setting.keysWhat')}</p>
          <SecretLine label={t('setting.readerKey')} secret={readerKey} />
        </section>
      )}
    </div>
  )
}

function SecretLine({ label, secret }: { label: string; secret: string }) {
  const { t } = useTown().words
  const [isShown, setShown] = useState(false)
  return (
    <div className="secret-line">
      <span>{label}</span>
      <code className="mono">{isShown ? secret : '••••••••••••••••'}</code>
      <Button
        aria-label={`${t(isShown ? 'setting.hide' : 'setting.show')} ${label}`}
        onClick={() => setShown(!isShown)}
      >
        {t(isShown ? 'setting.hide' : 'setting.show')}
      </Button>
      {isShown && <CopyButton text={secret} label={t('setting.copy')} />}
    </div>
  )
}
