import type { ObservedProperty } from './observation.ts'

/**
 * Properties that are kept equally long: what the town decides about readings it decides for a
 * class. `air` is what proves a burning, `weather` what explains it, `water` and `slope` are looked
 * at over years, `device` says how the sensor itself fared.
 */
export const propertyClasses = {
  air: ['pm25', 'smoke', 'co'],
  weather: ['temperature', 'humidity', 'wind', 'windDirection', 'rain'],
  water: ['waterLevel', 'soilMoisture'],
  slope: ['tilt'],
  device: ['battery'],
} as const satisfies Record<string, readonly ObservedProperty[]>

export type PropertyClass = keyof typeof propertyClasses

export const propertyClassNames = Object.keys(propertyClasses) as readonly PropertyClass[]

const classByProperty = new Map<ObservedProperty, PropertyClass>(
  propertyClassNames.flatMap((name) =>
    propertyClasses[name].map((property): [ObservedProperty, PropertyClass] => [property, name]),
  ),
)

export function classOf(property: ObservedProperty): PropertyClass {
  const found = classByProperty.get(property)
  if (!found) throw new Error(`Property ${property} is in no class; see property-class.ts.`)
  return found
}
