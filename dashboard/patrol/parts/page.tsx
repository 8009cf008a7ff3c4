import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import { Icon } from './icon.tsx'

interface PageProps {
  title: string
  onBack?: (() => void) | undefined
  children: ReactNode
  /** What stays under the thumb, whatever is above. */
  acts?: ReactNode
}

/** Every screen but the walk: a way back, a title, and what is done at the bottom. */
export function Page({ title, onBack, children, acts }: PageProps) {
  const { t } = useWords()
  return (
    <div className="page">
      <header className="page-head">
        {onBack && (
          <button type="button" className="icon-button" aria-label={t('app.back')} onClick={onBack}>
            <Icon name="back" />
          </button>
        )}
        <h1>{title}</h1>
      </header>
      <main className="page-main">{children}</main>
      {acts && <footer className="acts">{acts}</footer>}
    </div>
  )
}
