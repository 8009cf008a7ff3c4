import { Modal } from 'antd'
import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'

const keys: readonly { keys: readonly string[]; label: Key }[] = [
  { keys: ['J', 'K'], label: 'key.move' },
  { keys: ['Enter'], label: 'key.open' },
  { keys: ['A'], label: 'key.acknowledge' },
  { keys: ['T'], label: 'key.accept' },
  { keys: ['D'], label: 'key.dispatch' },
  { keys: ['F'], label: 'key.falseAlarm' },
  { keys: ['L'], label: 'key.live' },
  { keys: ['M'], label: 'key.map' },
  { keys: ['R'], label: 'key.report' },
  { keys: ['/'], label: 'key.search' },
  { keys: ['?'], label: 'key.help' },
]

export function KeyBar() {
  const { t } = useTown().words
  return (
    <footer className="key-bar">
      {keys.map((one) => (
        <span key={one.label} className="key-hint">
          {one.keys.map((name) => (
            <kbd key={name} className="kbd">
              {name}
            </kbd>
          ))}
          {t(one.label)}
        </span>
      ))}
      <span className="key-sleep">{t('key.sleep')}</span>
    </footer>
  )
}

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTown().words
  return (
    <Modal
      open
      title={t('key.title')}
      footer={null}
      onCancel={onClose}
      transitionName=""
      maskTransitionName=""
    >
      <dl className="key-help">
        {keys.map((one) => (
          <div key={one.label}>
            <dt>
              {one.keys.map((name) => (
                <kbd key={name} className="kbd">
                  {name}
                </kbd>
              ))}
            </dt>
            <dd>{t(one.label)}</dd>
          </div>
        ))}
      </dl>
      <p className="second">{t('key.sleep')}</p>
    </Modal>
  )
}
