import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { PhotoButton } from '../parts/photo-button.tsx'
import type { DoneCheckin } from '../phone.ts'
import { useWords } from '../words/words.ts'

export interface Additions {
  photo?: Blob
  note?: string
  isFine: boolean
}

interface DoneMoreProps {
  done: DoneCheckin
  added: Additions
  isLate: boolean
  onOpen: () => void
  onAdd: (added: Additions) => void
  onWord: () => void
  onFindings: () => void
}

/** What may be put to a check-in, one question at a time; nothing of it must. */
export function DoneMore({
  done,
  added,
  isLate,
  onOpen,
  onAdd,
  onWord,
  onFindings,
}: DoneMoreProps) {
  const { t } = useWords()
  if (done.isOpen && done.checklist.length > 0 && !added.isFine) {
    return (
      <div className="done-more">
        <p className="done-ask">{t('done.checklist')}</p>
        <div className="pair">
          <Button onClick={() => onAdd({ ...added, isFine: true })}>{t('done.allFine')}</Button>
          <Button onClick={onFindings}>{t('done.notFine')}</Button>
        </div>
      </div>
    )
  }
  return (
    <div className="done-more">
      {isLate && <p role="alert">{t('done.tooLate')}</p>}
      {added.isFine && (
        <p className="done-ask done-fine">
          <Icon name="check" size={24} />
          {t('done.allFine')}
        </p>
      )}
      <div className="pair">
        {done.isOpen && !isLate && (
          <PhotoButton
            isChosen={added.photo !== undefined}
            icon={added.photo ? 'check' : 'camera'}
            onOpen={onOpen}
            onPhoto={(photo) => onAdd({ ...added, photo })}
          >
            {t(added.photo ? 'done.photoKept' : 'done.photo')}
          </PhotoButton>
        )}
        <Button
          icon={added.note ? 'check' : 'hand'}
          look={added.note ? 'chosen' : 'plain'}
          onClick={onWord}
        >
          {t(added.note ? 'done.wordKept' : 'done.word')}
        </Button>
      </div>
    </div>
  )
}
