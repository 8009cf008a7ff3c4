import type { PhoneFix, PhoneState } from '../phone.ts'

/** Where the phone is, watched only while somebody looks at it. */

export interface FixWatch {
  /** The last fix, if it is no older than that. */
  within(ms: number): PhoneFix | null
  state(): PhoneState['fixState']
  start(): void
  stop(): void
}

interface FixSources {
  geolocation: Geolocation | undefined
  now: () => number
  onChange: () => void
}

export function createFixWatch({ geolocation, now, onChange }: FixSources): FixWatch {
  let watch: number | null = null
  let last: PhoneFix | null = null
  let state: PhoneState['fixState'] = 'off'

  function found({ coords }: GeolocationPosition): void {
    const { longitude: lon, latitude: lat, accuracy } = coords
    last = { lon, lat, accuracyM: Math.min(accuracy, 100_000), at: now() }
    state = 'found'
    onChange()
  }

  function failed({ code, PERMISSION_DENIED }: GeolocationPositionError): void {
    state = code === PERMISSION_DENIED ? 'denied' : 'searching'
    onChange()
  }

  return {
    within: (ms) => (last !== null && now() - last.at <= ms ? last : null),
    state: () => state,
    start() {
      if (watch !== null || !geolocation) return
      state = 'searching'
      const options = { enableHighAccuracy: true, maximumAge: 5000 }
      watch = geolocation.watchPosition(found, failed, options)
      onChange()
    },
    stop() {
      if (watch !== null) geolocation?.clearWatch(watch)
      watch = null
      state = 'off'
    },
  }
}
