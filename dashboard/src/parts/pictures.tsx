import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useWords } from '../i18n/language.ts'
import { Icon } from './icon.tsx'
import { type Attached, mostPictures, type Pictures, pictureTypes } from './use-pictures.ts'
import './pictures.css'

/** The button that opens the camera or the folder. */
export function PictureButton({ pictures, label }: { pictures: Pictures; label?: boolean }) {
  const { t } = useWords()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button
        className="picture-button"
        aria-label={t('pictures.add')}
        title={t('pictures.add')}
        icon={<Icon name="camera" size={18} />}
        disabled={pictures.items.length >= mostPictures}
        onClick={() => input.current?.click()}
      >
        {label ? t('pictures.add') : null}
      </Button>
      <input
        ref={input}
        type="file"
        // Forms of the component library show file fields whatever `hidden` says.
        style={{ display: 'none' }}
        multiple
        accept={pictureTypes.join(',')}
        onChange={(event) => {
          pictures.add(event.target.files ?? [])
          // The same file again is a change again.
          event.target.value = ''
        }}
      />
    </>
  )
}

/** What was chosen, how far it is, and what is wrong with it. */
export function PictureStrip({ pictures }: { pictures: Pictures }) {
  const { t } = useWords()
  if (pictures.items.length === 0) return null
  return (
    <div className="picture-strip">
      <ul>
        {pictures.items.map((one, index) => (
          <AttachedPicture
            key={one.key}
            one={one}
            number={index + 1}
            onRemove={() => pictures.remove(one.key)}
          />
        ))}
      </ul>
      {pictures.isOverLimit && (
        <p className="said" role="alert">
          {t('pictures.tooMany', { n: mostPictures })}
        </p>
      )}
    </div>
  )
}

interface AttachedProps {
  one: Attached
  number: number
  onRemove: () => void
}

function AttachedPicture({ one, number, onRemove }: AttachedProps) {
  const { t } = useWords()
  const isOnItsWay = one.sha256 === null && one.failure === null
  return (
    <li className={one.failure === null ? 'attached' : 'attached is-refused'}>
      <span className="attached-frame">
        <img src={one.url} alt={t('pictures.one', { n: number })} />
        <button
          type="button"
          className="attached-remove"
          aria-label={t('pictures.remove', { n: number })}
          onClick={onRemove}
        >
          <Icon name="close" size={14} />
        </button>
        {isOnItsWay && <i className="attached-bar" style={{ width: `${one.share * 100}%` }} />}
      </span>
      {isOnItsWay && (
        <span className="second" role="status">
          {t('pictures.sending', { n: Math.round(one.share * 100) })}
        </span>
      )}
      {one.failure !== null && <span role="alert">{t(one.failure)}</span>}
    </li>
  )
}

/** Pictures that are kept, small; each opens whole. */
export function PictureRow({ ids, label }: { ids: readonly string[]; label?: string }) {
  const { t } = useWords()
  if (ids.length === 0) return null
  return (
    <ul className="picture-row" aria-label={label ?? t('pictures.label')}>
      {ids.map((id, index) => (
        <li key={id}>
          <KeptPicture id={id} name={t('pictures.one', { n: index + 1 })} />
        </li>
      ))}
    </ul>
  )
}

function KeptPicture({ id, name }: { id: string; name: string }) {
  const { t } = useWords()
  const [isBroken, setBroken] = useState(false)
  const address = `/api/v1/pictures/${id}`
  if (isBroken) return <span className="picture-lost second">{t('pictures.gone')}</span>
  return (
    <a href={address} target="_blank" rel="noreferrer" aria-label={name}>
      <img src={address} alt={name} loading="lazy" onError={() => setBroken(true)} />
    </a>
  )
}
