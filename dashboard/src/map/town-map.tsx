import { boundingExtent, buffer, isEmpty } from 'ol/extent.js'
import type Feature from 'ol/Feature.js'
import { fromLonLat, toLonLat } from 'ol/proj.js'
import type VectorSource from 'ol/source/Vector.js'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { DeviceView, PlaceView } from '../api/types.ts'
import { useThemeName } from '../theme/theme-choice.ts'
import { mapPalette } from '../theme/tokens.ts'
import { createTownMap, fill, type TownLayers } from './create-map.ts'
import {
  deviceFeatures,
  labelFeatures,
  placeFeatures,
  type Sight,
  sightFeatures,
} from './map-features.ts'
import type { LonLat } from './map-geometry.ts'
import { groundStyle, hatchedFeatures, type MapRing, ringFeatures } from './map-ground.ts'
import { type MapMark, MapMarks, Picked } from './map-marks.tsx'
import { type MapSpot, MapSpots } from './map-spots.tsx'
import { mapStyles } from './map-styles.ts'
import { North, ScaleBar } from './scale-bar.tsx'
import './map.css'

interface TownMapProps {
  places: readonly PlaceView[]
  devices: readonly DeviceView[]
  marks: readonly MapMark[]
  sights?: readonly Sight[]
  spots?: readonly MapSpot[]
  rings?: readonly MapRing[]
  /** Codes of the places where nobody was. */
  hatched?: ReadonlySet<string>
  /** Devices that take part in what is shown. */
  active?: ReadonlySet<string>
  /** Code of the village to look at; the whole town without it. */
  focus?: string | undefined
  /** Look at this point instead, at this many metres around. */
  around?: { point: LonLat; metres: number } | undefined
  /** Look at all of these instead. */
  within?: readonly LonLat[] | undefined
  /** The point that was chosen, and what is done with a click that chooses one. */
  picked?: LonLat | undefined
  onPick?: ((point: LonLat) => void) | undefined
  label: string
  children?: ReactNode
}

const noSights: readonly Sight[] = []
const noSpots: readonly MapSpot[] = []
const noRings: readonly MapRing[] = []
const noActive: ReadonlySet<string> = new Set()

function extentOf(layers: TownLayers, focus: string | undefined) {
  const source = layers.places.getSource() as VectorSource<Feature>
  const feature = focus === undefined ? null : source.getFeatureById(focus)
  return feature?.getGeometry()?.getExtent() ?? source.getExtent()
}

const aroundPointsM = 250

/** Longitudes and latitudes in turn, with commas; null: of no point. */
function extentAround(points: string) {
  if (points === '') return null
  const numbers = points.split(',').map(Number)
  const found = numbers.flatMap((lon, at) =>
    at % 2 === 0 ? [fromLonLat([lon, numbers[at + 1] ?? 0])] : [],
  )
  return buffer(boundingExtent(found), aroundPointsM)
}

export function TownMap(props: TownMapProps) {
  const { places, devices, marks, sights = noSights, active = noActive, focus, around } = props
  const { spots = noSpots, rings = noRings, hatched = noActive, within } = props
  const theme = useThemeName()
  const box = useRef<HTMLDivElement>(null)
  const [layers, setLayers] = useState<TownLayers | null>(null)
  const styles = useMemo(() => mapStyles(theme), [theme])

  useEffect(() => {
    if (!box.current) return
    const made = createTownMap(box.current)
    setLayers(made)
    return () => {
      made.map.setTarget(undefined)
      made.map.dispose()
    }
  }, [])

  useEffect(() => {
    if (!layers) return
    layers.places.setStyle(styles.places)
    layers.devices.setStyle(styles.devices)
    layers.sights.setStyle(styles.sight)
    layers.ground.setStyle(groundStyle(theme))
  }, [layers, styles, theme])

  useEffect(() => {
    layers?.labels.setStyle((feature, resolution) => styles.labels(feature, resolution, spots))
  }, [layers, styles, spots])

  useEffect(() => {
    if (!layers) return
    const features = placeFeatures(places, focus)
    fill(layers.places, features)
    fill(layers.labels, labelFeatures(features))
  }, [layers, places, focus])

  useEffect(() => {
    if (layers) fill(layers.devices, deviceFeatures(devices, active))
  }, [layers, devices, active])

  useEffect(() => {
    if (layers) fill(layers.sights, sightFeatures(sights))
  }, [layers, sights])

  useEffect(() => {
    if (!layers) return
    const seen = hatched.size === 0 ? [] : placeFeatures(places, undefined)
    fill(layers.ground, [...hatchedFeatures(seen, hatched), ...ringFeatures(rings)])
  }, [layers, places, rings, hatched])

  const { onPick } = props
  useEffect(() => {
    if (!layers || !onPick) return
    const listen = ({ coordinate }: { coordinate: number[] }) => {
      const [lon = 0, lat = 0] = toLonLat(coordinate)
      onPick([lon, lat])
    }
    layers.map.on('click', listen)
    return () => layers.map.un('click', listen)
  }, [layers, onPick])

  const [lon, lat] = around?.point ?? []
  const metres = around?.metres
  const points = within?.flat().join() ?? ''
  useEffect(() => {
    if (!layers || places.length === 0) return
    const look = () => {
      const scale = lat === undefined ? 1 : 1 / Math.cos((lat * Math.PI) / 180)
      const extent =
        lon !== undefined && lat !== undefined && metres !== undefined
          ? buffer([...fromLonLat([lon, lat]), ...fromLonLat([lon, lat])], metres * scale)
          : (extentAround(points) ?? extentOf(layers, focus))
      if (!extent || isEmpty(extent)) return
      layers.map.getView().fit(extent, { padding: [28, 28, 48, 28], maxZoom: 16 })
    }
    look()
    // A map that was hidden or has just been laid out has no size to fit into yet.
    layers.map.on('change:size', look)
    return () => layers.map.un('change:size', look)
  }, [layers, places, focus, lon, lat, metres, points])

  return (
    <div className="town-map" style={{ background: mapPalette(theme).outside }}>
      <div
        ref={box}
        className="town-map-canvas"
        role="application"
        aria-label={props.label}
        tabIndex={0}
      />
      {layers && <MapMarks map={layers.map} marks={marks} />}
      {layers && <MapSpots map={layers.map} spots={spots} />}
      {layers && props.picked && <Picked map={layers.map} point={props.picked} />}
      <North />
      {layers && <ScaleBar map={layers.map} />}
      {props.children}
    </div>
  )
}
