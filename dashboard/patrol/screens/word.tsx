import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { useWords } from '../words/words.ts'

interface WordPageProps {
  first: string
  onBack: () => void
  onKeep: (note: string | undefined) => void
}

/** The patroller's side of a mark, before anybody asks. */
export function WordPage({ first, onBack, onKeep }: WordPageProps) {
  const { t } = useWords()
  const [text, setText] = useState(first)
  return (
    <Page
      title={t('done.wordTitle')}
      onBack={onBack}
      acts={
        <Button look="primary" isBig onClick={() => onKeep(text.trim() || undefined)}>
          {t('done.keep')}
        </Button>
      }
    >
      <label className="field">
        <span>{t('done.wordHelp')}</span>
        <textarea rows={4} maxLength={500} value={text} onChange={(e) => setText(e.target.value)} />
      </label>
    </Page>
  )
}
