import { useEffect, useState } from 'react'

/**
 * Where the top of the phone points, in degrees from north, in steps of 5; null without a compass:
 * the arrow is then drawn as on a map.
 */

interface CompassEvent extends DeviceOrientationEvent {
  /** Safari's own. */
  webkitCompassHeading?: number
}

const stepDeg = 5

export function headingOf(
  event: Pick<CompassEvent, 'absolute' | 'alpha' | 'webkitCompassHeading'>,
  screenAngle: number,
): number | null {
  const { webkitCompassHeading: own, alpha, absolute } = event
  const heading = own ?? (absolute && alpha !== null ? 360 - alpha : null)
  if (heading === null) return null
  return (Math.round((heading + screenAngle) / stepDeg) * stepDeg) % 360
}

export function useHeading(): number | null {
  const [heading, setHeading] = useState<number | null>(null)
  useEffect(() => {
    const turned = (event: Event) => {
      const found = headingOf(event as CompassEvent, screen.orientation?.angle ?? 0)
      if (found !== null) setHeading(found)
    }
    const names = ['deviceorientationabsolute', 'deviceorientation']
    for (const name of names) addEventListener(name, turned)
    return () => {
      for (const name of names) removeEventListener(name, turned)
    }
  }, [])
  return heading
}
