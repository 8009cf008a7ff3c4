import { useState } from 'react'
import type { AlarmView, DeviceView } from '../api/types.ts'
import { dayOf, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { describeCause } from '../parts/words.ts'
import './evidence.css'

/** The picture of the alarm with its camera, its time and, where the lens is known, the bearing tape. */
export function EvidencePicture({
  alarm,
  device,
}: {
  alarm: AlarmView
  device?: DeviceView | undefined
}) {
  const { words, zone } = useTown()
  const [isBroken, setBroken] = useState(false)
  const { picture, pictureRemovedAt } = alarm.cause
  if (picture === undefined && pictureRemovedAt === undefined) return null
  const said = `${alarm.deviceName} ${stamp(alarm.raisedAt, zone)} ${describeCause(words, alarm, zone)}`
  return (
    <figure className="picture" tabIndex={0}>
      {picture === undefined || isBroken ? (
        <div className="picture-none">
          {pictureRemovedAt === undefined
            ? words.t('picture.gone')
            : words.t('picture.removed', { day: dayOf(pictureRemovedAt, zone) })}
        </div>
      ) : (
        <img src={`/api/v1/pictures/${picture}`} alt={said} onError={() => setBroken(true)} />
      )}
      <figcaption>
        <span className="one-line" title={alarm.deviceName}>
          {alarm.deviceName}
        </span>
        <time>{stamp(alarm.raisedAt, zone)}</time>
      </figcaption>
      <BearingTape bearingDeg={alarm.cause.bearingDeg} lens={device} />
    </figure>
  )
}

interface TapeProps {
  bearingDeg: number | undefined
  lens: Pick<DeviceView, 'headingDeg' | 'fieldOfViewDeg'> | undefined
}

/** Degrees along the lower edge, for a lens whose heading and width are known. */
export function BearingTape({ bearingDeg: bearing, lens }: TapeProps) {
  const heading = lens?.headingDeg ?? null
  const view = lens?.fieldOfViewDeg ?? null
  if (bearing === undefined || heading === null || view === null) return null
  const left = heading - view / 2
  const share = (((bearing - left + 540) % 360) - 180) / view
  // Beside the lens' own view the tape would lie.
  if (share < 0 || share > 1) return null
  const ticks: number[] = []
  for (let degree = Math.ceil(left / 10) * 10; degree <= left + view; degree += 10)
    ticks.push(degree)
  return (
    <div className="tape" aria-hidden="true">
      {ticks.map((degree) => (
        <span
          key={degree}
          className="tape-tick"
          style={{ left: `${((degree - left) / view) * 100}%` }}
        >
          {Math.abs((degree - left) / view - share) > 0.09 && `${(degree + 360) % 360}°`}
        </span>
      ))}
      <b style={{ left: `${Math.min(94, Math.max(6, share * 100))}%` }}>{bearing.toFixed(1)}°</b>
    </div>
  )
}
