import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'

const keys: readonly { keys: readonly string[]; label: Key }[] = [
  { keys: ['N'], label: 'round.key.normal' },
  { keys: ['R'], label: 'round.key.report' },
  { keys: ['J', 'K'], label: 'round.key.move' },
  { keys: ['1', '2', '3'], label: 'round.key.check' },
  { keys: ['S'], label: 'round.key.sign' },
]

export function RoundKeyBar() {
  const { t } = useTown().words
  return (
    <footer className="round-keys">
      {keys.map((one) => (
        <span key={one.label}>
          {one.keys.map((name) => (
            <kbd key={name} className="kbd">
              {name}
            </kbd>
          ))}
          {t(one.label)}
        </span>
      ))}
      <span className="second">{t('key.sleep')}</span>
    </footer>
  )
}
