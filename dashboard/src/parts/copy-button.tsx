import { Button } from 'antd'
import { useState } from 'react'
import { useWords } from '../i18n/language.ts'

/** Copies, and says whether it did: browsers refuse it on pages that came without https. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useWords()
  const [said, setSaid] = useState<'people.copied' | 'people.copyFailed' | null>(null)
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('people.copied')
    } catch {
      setSaid('people.copyFailed')
    }
  }
  return (
    <span className="copy">
      <Button onClick={() => void copy()}>{label}</Button>
      <span className="second" role="status">
        {said && t(said)}
      </span>
    </span>
  )
}
