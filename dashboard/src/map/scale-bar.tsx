import type OlMap from 'ol/Map.js'
import { toLonLat } from 'ol/proj.js'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/language.ts'
import { roundDistanceM } from './map-geometry.ts'

const longestPx = 96

/** Metres per pixel at the middle of the map; Mercator stretches with latitude. */
function metresPerPixel(map: OlMap): number | null {
  const view = map.getView()
  const resolution = view.getResolution()
  const centre = view.getCenter()
  if (resolution === undefined || !centre) return null
  const [, lat = 0] = toLonLat(centre)
  return resolution * Math.cos((lat * Math.PI) / 180)
}

export function ScaleBar({ map }: { map: OlMap }) {
  const { t } = useWords()
  const [scale, setScale] = useState<number | null>(null)
  useEffect(() => {
    const read = () => setScale(metresPerPixel(map))
    read()
    // After its first frame a map tells of no end of a move.
    map.on('postrender', read)
    return () => map.un('postrender', read)
  }, [map])
  if (scale === null || scale === 0) return null
  const distance = roundDistanceM(scale * longestPx)
  const words = distance >= 1000 ? t('map.km', { n: distance / 1000 }) : t('map.m', { n: distance })
  return (
    <div className="scale-bar">
      <i style={{ width: distance / scale }} />
      {words}
    </div>
  )
}

export function North() {
  const { t } = useWords()
  return (
    <div className="north" aria-hidden="true">
      <svg width="10" height="9" viewBox="0 0 10 9">
        <path d="M5 0 9.500 8.500 5 6.500.5 8.500Z" fill="currentColor" />
      </svg>
      {t('map.north')}
    </div>
  )
}
