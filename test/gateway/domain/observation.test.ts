import { describe, expect, it } from 'vitest'
import {
  isObservedProperty,
  type ObservedProperty,
  observedProperties,
} from '../../../gateway/domain/observation.ts'

describe('observed properties', () => {
  it.each(Object.keys(observedProperties))('%s is known and has a range', (name) => {
    expect(isObservedProperty(name)).toBe(true)
    const { unit, min, max } = observedProperties[name as ObservedProperty]
    expect(unit).not.toBe('')
    expect(min).toBeLessThan(max)
  })

  // A property's name comes off the wire: what every object has is no property.
  it.each(['', 'PM25', 'pm2.5', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    '%j is none',
    (name) => {
      expect(isObservedProperty(name)).toBe(false)
    },
  )

  // The units are promised to those who write devices: see the native MQTT contract.
  const units: [ObservedProperty, string][] = [
    ['pm25', 'µg/m³'],
    ['temperature', '°C'],
    ['humidity', '%'],
    ['smoke', '%/m'],
    ['co', 'ppm'],
    ['wind', 'm/s'],
    ['windDirection', '°'],
    ['rain', 'mm'],
    ['waterLevel', 'm'],
    ['soilMoisture', '%'],
    ['tilt', '°'],
    ['battery', '%'],
  ]
  it('have the units that were promised', () => {
    const kept = Object.entries(observedProperties).map(([name, { unit }]) => [name, unit])
    expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(units))
  })
})
