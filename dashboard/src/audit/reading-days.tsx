import { useQuery } from '@tanstack/react-query'
import { Form, InputNumber } from 'antd'
import { seriesSizeQuery } from '../api/trust-queries.ts'
import type { SeriesSize } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { DiskSentence } from './disk-sentence.tsx'
import { MonthBars } from './month-bars.tsx'
import {
  monthBars,
  type PropertyClass,
  propertyClasses,
  propertyClassNames,
  type ReadingPart,
  readingBounds,
  readingParts,
} from './retention-days.ts'

type Bars = ReturnType<typeof monthBars> | null

/** How long readings are kept, class by class, beside what each class takes on the disk. */
export function ReadingDays() {
  const { t } = useTown().words
  const sizes = useQuery(seriesSizeQuery)
  const bars = sizes.data?.months ? monthBars(sizes.data.months) : null
  const most = Math.max(1, ...Object.values(bars ?? {}).flatMap((all) => all.map((b) => b.bytes)))
  return (
    <>
      <h2 className="panel-title">{t('retention.readings')}</h2>
      <SizeWords sizes={sizes.data} isAway={sizes.isError && !sizes.data} />
      <div className={bars ? 'reading-days has-bars' : 'reading-days'}>
        <ReadingHead hasBars={bars !== null} />
        {propertyClassNames.map((name) => (
          <ClassRow key={name} name={name} bars={bars} most={most} />
        ))}
        {bars?.compacted.some(({ bytes }) => bytes > 0) && (
          <div className="reading-row is-compacted">
            <span>{t('retention.compacted')}</span>
            <MonthBars name={t('retention.compacted')} bars={bars.compacted} most={most} />
          </div>
        )}
      </div>
    </>
  )
}

function SizeWords({ sizes, isAway }: { sizes: SeriesSize | undefined; isAway: boolean }) {
  const { t } = useTown().words
  if (isAway) return <p className="disk-sentence second">{t('retention.sizesAway')}</p>
  if (!sizes) return <p className="disk-sentence skeleton" aria-busy="true" />
  return <DiskSentence sizes={sizes} />
}

function ReadingHead({ hasBars }: { hasBars: boolean }) {
  const { t } = useTown().words
  return (
    <div className="reading-row reading-head">
      <span>{t('retention.readingsClass')}</span>
      {readingParts.map((part) => (
        <span key={part}>
          <b>{t(`retention.${part}`)}</b>
          <span className="second">{t(`retention.${part}What`)}</span>
        </span>
      ))}
      {hasBars && (
        <span>
          <b>{t('retention.onDisk')}</b>
          <span className="second">{t('retention.onDiskWhat')}</span>
        </span>
      )}
    </div>
  )
}

function ClassRow({ name, bars, most }: { name: PropertyClass; bars: Bars; most: number }) {
  const { t } = useTown().words
  const title = t(`retention.class.${name}`)
  return (
    <div className="reading-row" data-class={name}>
      <span>
        <b>{title}</b>
        <span className="second">
          {propertyClasses[name].map((one) => t(`property.${one}`)).join(t('list.comma'))}
        </span>
      </span>
      {readingParts.map((part) => (
        <DaysOf key={part} name={name} part={part} title={title} />
      ))}
      {bars && <MonthBars name={title} bars={bars[name]} most={most} />}
    </div>
  )
}

function DaysOf({ name, part, title }: { name: PropertyClass; part: ReadingPart; title: string }) {
  const { t } = useTown().words
  const { least, most } = readingBounds[part]
  const what = t(`retention.${part}`)
  return (
    <div>
      <span className="days-what second">{what}</span>
      <Form.Item
        name={['series', name, part]}
        dependencies={part === 'rolledUp' ? [['series', name, 'raw']] : []}
        rules={[
          ({ getFieldValue }) => ({
            validator(_rule, days: unknown) {
              if (!Number.isInteger(days) || Number(days) < least || Number(days) > most) {
                return Promise.reject(new Error(t('retention.wrong', { least, most })))
              }
              const raw: unknown = getFieldValue(['series', name, 'raw'])
              return part === 'rolledUp' && Number(days) < Number(raw)
                ? Promise.reject(new Error(t('retention.rolledUpShort')))
                : Promise.resolve()
            },
          }),
        ]}
      >
        <InputNumber
          controls={false}
          suffix={t('retention.unit')}
          aria-label={t('retention.daysOf', { name: title, what })}
        />
      </Form.Item>
    </div>
  )
}
