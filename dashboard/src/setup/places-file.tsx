import { Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { useWords } from '../i18n/language.ts'

interface PlacesFileProps {
  name: string | null
  onFile: (name: string, text: string) => void
}

/** A file by choosing or by dropping. */
export function PlacesFile({ name, onFile }: PlacesFileProps) {
  const { t } = useWords()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)

  async function take(file: File | undefined): Promise<void> {
    if (file) onFile(file.name, await file.text())
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }

  return (
    <fieldset
      className={isOver ? 'setup-file is-over' : 'setup-file'}
      aria-label={t('setup.own')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Button onClick={() => input.current?.click()}>
        {t(name === null ? 'setup.choose' : 'setup.other')}
      </Button>
      <span className="second">{name ?? t('setup.drop')}</span>
      <input
        ref={input}
        type="file"
        accept=".geojson,.json,application/geo+json,application/json"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0])
          // The same file, mended, can be chosen again.
          event.target.value = ''
        }}
      />
    </fieldset>
  )
}
