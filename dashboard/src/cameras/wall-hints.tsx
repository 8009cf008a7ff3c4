import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'

interface HintsProps {
  isLarge: boolean
  isTurning: boolean
  hasPresets: boolean
}

/** What the keys do just now. */
export function WallHints({ isLarge, isTurning, hasPresets }: HintsProps) {
  const { t } = useTown().words
  const hints: [keys: string[], label: Key][] = [[['PageUp', 'PageDown'], 'wall.key.page']]
  if (!isLarge) hints.push([['1', '4', '9', '6'], 'wall.key.size'])
  hints.push(isLarge ? [['Esc'], 'wall.key.shrink'] : [['Enter'], 'wall.key.enlarge'])
  if (isTurning) hints.push([['←', '↑', '↓', '→'], 'wall.key.turn'], [['+', '−'], 'wall.key.zoom'])
  else if (!isLarge) hints.push([['←', '↑', '↓', '→'], 'wall.key.choose'])
  if (hasPresets) hints.push([['1–9'], 'wall.key.preset'])
  return (
    <footer className="wall-hints">
      {hints.map(([keys, label]) => (
        <span key={label} className="key-hint">
          {keys.map((key) => (
            <kbd key={key} className="kbd" lang="und">
              {key}
            </kbd>
          ))}
          {t(label)}
        </span>
      ))}
    </footer>
  )
}
