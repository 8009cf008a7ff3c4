import type { AlarmView, CaseDetail } from '../api/types.ts'

/** A picture that a camera took for the case, out of the case's course. */
export interface CaseStill {
  camera: string
  sha256: string
  at: number
  bearingDeg: number | null
}

/** The one nearest to the alarm in time; of the alarm's own camera if it took one. */
export function stillOf(
  detail: Pick<CaseDetail, 'timeline'> | undefined,
  alarm: Pick<AlarmView, 'raisedAt' | 'deviceName'> | null,
): CaseStill | null {
  const stills = (detail?.timeline ?? []).flatMap(({ act, at, facts, pictures }) => {
    const [sha256] = pictures
    if (act !== 'cameraPicture' || sha256 === undefined) return []
    const { camera, bearingDeg } = facts
    return {
      camera: typeof camera === 'string' ? camera : '',
      sha256,
      at,
      bearingDeg: typeof bearingDeg === 'number' ? bearingDeg : null,
    }
  })
  const own = stills.filter(({ camera }) => camera === alarm?.deviceName)
  const since = alarm?.raisedAt ?? 0
  const near = (own.length > 0 ? own : stills).toSorted(
    (a, b) => Math.abs(a.at - since) - Math.abs(b.at - since),
  )
  return near[0] ?? null
}
