import { defaults as defaultInteractions } from 'ol/interaction/defaults.js'
import VectorLayer from 'ol/layer/Vector.js'
import OlMap from 'ol/Map.js'
import VectorSource from 'ol/source/Vector.js'
import View from 'ol/View.js'

export interface TownLayers {
  map: OlMap
  places: VectorLayer
  ground: VectorLayer
  labels: VectorLayer
  sights: VectorLayer
  devices: VectorLayer
}

function layer(zIndex: number, declutter = false): VectorLayer {
  return new VectorLayer({ source: new VectorSource(), zIndex, declutter })
}

export function createTownMap(target: HTMLElement): TownLayers {
  const places = layer(0)
  const ground = layer(1)
  const sights = layer(2)
  const devices = layer(3)
  const labels = layer(4, true)
  const map = new OlMap({
    target,
    layers: [places, ground, sights, devices, labels],
    controls: [],
    // The wheel belongs to the page until the map is asked for.
    interactions: defaultInteractions({
      onFocusOnly: true,
      altShiftDragRotate: false,
      pinchRotate: false,
    }),
    view: new View({ center: [0, 0], zoom: 12, maxZoom: 19, enableRotation: false }),
  })
  return { map, places, ground, labels, sights, devices }
}

export function fill(
  layer: VectorLayer,
  features: Parameters<VectorSource['addFeatures']>[0],
): void {
  const source = layer.getSource()
  source?.clear(true)
  source?.addFeatures(features)
}
