import { useWords } from '../words/words.ts'
import { Icon } from './icon.tsx'
import { PhotoButton } from './photo-button.tsx'
import { useObjectUrl } from './use-object-url.ts'

const most = 9

interface PhotosProps {
  photos: readonly Blob[]
  onPhotos: (photos: Blob[]) => void
}

export function Photos({ photos, onPhotos }: PhotosProps) {
  const { t } = useWords()
  return (
    <div className="photos">
      {photos.map((photo, index) => (
        <Photo
          key={`${photo.size}-${index}`}
          photo={photo}
          n={index + 1}
          onRemove={() => onPhotos(photos.filter((other) => other !== photo))}
        />
      ))}
      {photos.length < most && (
        <PhotoButton onPhoto={(photo) => onPhotos([...photos, photo])}>
          {t(photos.length === 0 ? 'report.photo' : 'report.photoMore')}
        </PhotoButton>
      )}
    </div>
  )
}

function Photo({ photo, n, onRemove }: { photo: Blob; n: number; onRemove: () => void }) {
  const { t } = useWords()
  const url = useObjectUrl(photo)
  return (
    <div className="photo">
      <img src={url} alt={t('report.photoN', { n })} />
      <button
        type="button"
        className="icon-button"
        aria-label={t('report.remove', { n })}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
