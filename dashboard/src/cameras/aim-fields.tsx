import { InputNumber } from 'antd'
import { useTown } from '../app/town.ts'
import { HeadingDial } from './heading-dial.tsx'
import './aim-fields.css'

export interface Aimed {
  headingDeg: number | null
  fieldOfViewDeg: number | null
}

interface FieldsProps {
  value: Aimed
  onChange: (value: Aimed) => void
}

/** Where it looks and how wide: by the compass, or as numbers. */
export function AimFields({ value, onChange }: FieldsProps) {
  const { t } = useTown().words
  const { headingDeg, fieldOfViewDeg } = value
  return (
    <div className="aim-fields">
      <HeadingDial
        value={headingDeg}
        fieldOfViewDeg={fieldOfViewDeg}
        onChange={(next) => onChange({ ...value, headingDeg: next })}
      />
      <div className="aim-numbers">
        <label>
          <span>{t('camera.heading')}</span>
          <InputNumber
            min={0}
            max={360}
            suffix="°"
            controls={false}
            value={headingDeg}
            onChange={(next) => onChange({ ...value, headingDeg: next })}
          />
        </label>
        <label>
          <span>{t('camera.fieldOfView')}</span>
          <InputNumber
            min={1}
            max={360}
            suffix="°"
            controls={false}
            value={fieldOfViewDeg}
            onChange={(next) => onChange({ ...value, fieldOfViewDeg: next })}
          />
        </label>
      </div>
    </div>
  )
}
