import { Button, Radio } from 'antd'
import { useState } from 'react'
import type { SetupBody, SetupState } from '../api/types.ts'
import { useWords } from '../i18n/language.ts'
import { PlacesFile } from './places-file.tsx'
import { PlacesPreview } from './places-preview.tsx'
import { type ReadPlaces, readPlaces } from './read-places.ts'

interface TownStepProps {
  present: SetupState['town']
  isBusy: boolean
  failure: { words: string; detail: string | null } | null
  onBack: () => void
  onFinish: (town: SetupBody['town']) => void
}

type Kind = 'sample' | 'geojson'

export function TownStep({ present, isBusy, failure, onBack, onFinish }: TownStepProps) {
  const { t } = useWords()
  const [kind, setKind] = useState<Kind | null>(null)
  const [file, setFile] = useState<{ name: string; text: string; read: ReadPlaces } | null>(null)
  const [isMissing, setMissing] = useState(false)

  function finish(): void {
    if (present) onFinish(undefined)
    else if (kind === 'sample') onFinish({ kind: 'sample' })
    else if (kind === 'geojson' && file && file.read.problems.length === 0)
      onFinish({ kind: 'geojson', text: file.text })
    else setMissing(true)
  }

  return (
    <div className="setup-town">
      {present ? (
        <p className="said">{t('setup.townThere', { name: present.name })}</p>
      ) : (
        <>
          <p className="setup-lead">
            <strong>{t('setup.town')}</strong>
          </p>
          <Radio.Group
            className="setup-choices"
            value={kind}
            onChange={(event) => {
              setKind(event.target.value as Kind)
              setMissing(false)
            }}
          >
            <Radio value="sample">
              <b>{t('setup.sample')}</b>
              <small>{t('setup.sampleHelp')}</small>
            </Radio>
            <Radio value="geojson">
              <b>{t('setup.own')}</b>
              <small>{t('setup.ownHelp')}</small>
            </Radio>
          </Radio.Group>
          {kind === 'geojson' && (
            <PlacesFile
              name={file?.name ?? null}
              onFile={(name, text) => {
                setFile({ name, text, read: readPlaces(text) })
                setMissing(false)
              }}
            />
          )}
          {kind === 'geojson' && file && <PlacesPreview read={file.read} />}
        </>
      )}
      {isMissing && (
        <p className="said" role="alert">
          {t('setup.townMissing')}
        </p>
      )}
      {failure && (
        <div className="said setup-refused" role="alert">
          <span>{failure.words}</span>
          {failure.detail !== null && (
            <span className="second" lang="en">
              {failure.detail}
            </span>
          )}
        </div>
      )}
      <div className="setup-buttons">
        <Button size="large" onClick={onBack} disabled={isBusy}>
          {t('setup.previous')}
        </Button>
        <Button type="primary" size="large" loading={isBusy} onClick={finish}>
          {t('setup.finish')}
        </Button>
      </div>
    </div>
  )
}
