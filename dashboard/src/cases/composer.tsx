import { Button, Input } from 'antd'
import { useState } from 'react'
import type { CaseDetail } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { PictureButton, PictureStrip } from '../parts/pictures.tsx'
import { pastedPictures, usePictures } from '../parts/use-pictures.ts'
import { useCaseActs } from './use-case-acts.ts'

/** A word more, with pictures: typed, chosen, pasted or dropped here. */
export function Composer({ detail }: { detail: CaseDetail }) {
  const { t } = useTown().words
  const acts = useCaseActs(detail.id)
  const pictures = usePictures()
  const [text, setText] = useState('')
  const [isAsked, setAsked] = useState(false)
  if (!detail.actions.includes('note')) return null
  const isEmpty = text.trim() === '' && pictures.ids.length === 0

  async function send(): Promise<void> {
    acts.clearFailure()
    setAsked(true)
    if (pictures.isSending || isEmpty || acts.isBusy) return
    const said = text.trim() === '' ? t('composer.pictureOnly') : text.trim()
    const ids = pictures.ids
    const body = { text: said, ...(ids.length > 0 ? { pictures: ids } : {}) }
    if (!(await acts.note(body))) return
    setAsked(false)
    setText('')
    pictures.clear()
  }

  return (
    <form
      className="composer"
      aria-label={t('composer.label')}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onPaste={(event) => {
        const pasted = pastedPictures(event.clipboardData)
        if (pasted.length > 0) pictures.add(pasted)
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        pictures.add(pastedPictures(event.dataTransfer))
      }}
    >
      <PictureStrip pictures={pictures} />
      {acts.failure !== null && (
        <p className="said" role="alert">
          {acts.failure}
        </p>
      )}
      {isAsked && pictures.isSending && (
        <p className="said" role="alert">
          {t('pictures.waiting')}
        </p>
      )}
      <div className="composer-line">
        <Input.TextArea
          autoSize={{ minRows: 1, maxRows: 6 }}
          maxLength={2000}
          value={text}
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const isSend = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
            if (isSend && !event.nativeEvent.isComposing) void send()
          }}
        />
        <PictureButton pictures={pictures} />
        <Button htmlType="submit" data-act="note" loading={acts.isBusy} disabled={isEmpty}>
          {t('composer.send')}
        </Button>
      </div>
    </form>
  )
}
