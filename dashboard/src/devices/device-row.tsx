import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { DeviceView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { term } from '../i18n/translate.ts'
import { inPropertyOrder, withUnit } from '../parts/words.ts'
import { AccessMarks } from './device-access.tsx'

interface DeviceRowProps {
  device: DeviceView
  isChosen: boolean
}

export const DeviceRow = memo(function DeviceRow({ device, isChosen }: DeviceRowProps) {
  const town = useTown()
  const { t } = town.words
  return (
    <li>
      <Link
        to="/devices"
        search={isChosen ? {} : { device: device.id }}
        replace
        className="device-row"
        aria-current={isChosen}
      >
        <Presence online={device.online} />
        <span className="device-name">
          <span className="device-title">
            <b className="one-line" title={device.name}>
              {device.name}
            </b>
            <AccessMarks device={device} />
          </span>
          <span className="second one-line">
            {t(`kind.${device.kind}`)} · {town.place(device.grid ?? device.village)}
          </span>
        </span>
        <span className="device-latest one-line">
          {inPropertyOrder(device.latest)
            .slice(0, 3)
            .map((one) => (
              <span key={one.property}>
                <span className="quiet">{term(t, 'property', one.property)}</span>{' '}
                {withUnit(one.value, one.property)}
              </span>
            ))}
        </span>
        <Heard at={device.lastReceivedAt} />
      </Link>
    </li>
  )
})

/** Shape and word, never colour alone: filled, hollow, dashed. */
export function Presence({ online }: { online: boolean | null }) {
  const { t } = useTown().words
  const state = online === null ? 'unknown' : online ? 'online' : 'offline'
  return (
    <span className={`presence is-${state}`}>
      <i /> {t(`devices.${state}`)}
    </span>
  )
}

function Heard({ at }: { at: number | null }) {
  const { t, durations } = useTown().words
  const now = useNow()
  return (
    <span className="device-heard second">
      {at === null
        ? t('devices.never')
        : t('devices.ago', { age: formatRough(now - at, durations) })}
    </span>
  )
}
