import Feature from 'ol/Feature.js'
import GeoJSON from 'ol/format/GeoJSON.js'
import LineString from 'ol/geom/LineString.js'
import type MultiPolygon from 'ol/geom/MultiPolygon.js'
import Point from 'ol/geom/Point.js'
import Polygon from 'ol/geom/Polygon.js'
import { fromLonLat } from 'ol/proj.js'
import type { DeviceView, PlaceView } from '../api/types.ts'
import { type LonLat, pointAt, wedge } from './map-geometry.ts'

/** Facts of the town as features of the map. */

const format = new GeoJSON()

export interface Sight {
  from: LonLat
  bearingDeg: number
  /** Half of what a lens sees; left out: the error of a bearing. */
  halfAngleDeg?: number
  reachM?: number
}

const usualReachM = 4_000
/** Two standard deviations of a bearing read off a calibrated tower; per-camera errors replace it when they are known. */
const bearingErrorDeg = 3

export function placeFeatures(places: readonly PlaceView[], focus: string | undefined): Feature[] {
  let order = 0
  return places.map((place) => {
    const geometry =
      format.readGeometry(place.boundary, {
        dataProjection: 'EPSG:4326',
        featureProjection: 'EPSG:3857',
      }) ?? undefined
    const isFocused =
      focus !== undefined &&
      (place.level === 'village'
        ? place.code === focus
        : place.parent === focus && place.level === 'grid')
    if (place.level === 'village') order += 1
    const feature = new Feature({
      geometry,
      level: place.level,
      name: place.name,
      order,
      focused: isFocused,
    })
    feature.setId(place.code)
    return feature
  })
}

export function labelFeatures(places: readonly Feature[]): Feature[] {
  return places
    .filter((place) => place.get('level') === 'village')
    .map((place) => {
      const shape = place.getGeometry() as Polygon | MultiPolygon
      const [x, y] =
        shape instanceof Polygon
          ? shape.getInteriorPoint().getCoordinates()
          : (shape.getInteriorPoints().getCoordinates()[0] ?? [])
      return new Feature({
        geometry: new Point([x ?? 0, y ?? 0]),
        name: place.get('name'),
        focused: place.get('focused'),
        shape,
      })
    })
}

export function deviceFeatures(
  devices: readonly DeviceView[],
  active: ReadonlySet<string>,
): Feature[] {
  return devices.map((device) => {
    const feature = new Feature({
      geometry: new Point(fromLonLat([device.lon, device.lat])),
      kind: device.kind,
      name: device.name,
      online: device.online,
      active: active.has(device.id),
    })
    feature.setId(device.id)
    return feature
  })
}

export function sightFeatures(sights: readonly Sight[]): Feature[] {
  return sights.flatMap(({ from, bearingDeg, ...sight }) => {
    const { halfAngleDeg = bearingErrorDeg, reachM = usualReachM } = sight
    const ring = wedge(from, bearingDeg, halfAngleDeg, reachM).map((point) => fromLonLat(point))
    const ray = [from, pointAt(from, bearingDeg, reachM)].map((point) => fromLonLat(point))
    return [
      new Feature({ geometry: new Polygon([ring]), part: 'wedge' }),
      new Feature({ geometry: new LineString(ray), part: 'ray' }),
    ]
  })
}
