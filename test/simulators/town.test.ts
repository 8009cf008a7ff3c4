import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceKinds } from '../../gateway/domain/device.ts'
import { distanceM, type LonLat } from '../../gateway/domain/place.ts'
import { bearingDeg, camerasSeeing, devicesOf, mqttDevices, offset } from '../../simulators/town.ts'
import { device, devices, villages } from './setting.ts'

describe('the sample town as the simulators read it', () => {
  it('has 117 devices, 101 of them on MQTT, in eight villages', () => {
    expect(devices).toHaveLength(117)
    expect(mqttDevices(devices)).toHaveLength(101)
    expect(villages).toHaveLength(8)
    for (const one of devices) {
      expect(deviceKinds).toContain(one.kind)
      expect(one.position.every(Number.isFinite)).toBe(true)
    }
  })

  it('finds the devices of a village and kind', () => {
    expect(devicesOf(devices, '990101101203', 'tiltSensor').map((d) => d.id)).toEqual(['v3-tilt1'])
    expect(devicesOf(devices, '990101101203', 'waterLevelGauge')).toEqual([])
  })

  it('goes any distance in any direction and knows the way back', () => {
    const from: LonLat = [106.75, 29.2]
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 359.9, noNaN: true }),
        fc.double({ min: 50, max: 8000, noNaN: true }),
        (bearing, metres) => {
          const to = offset(from, bearing, metres)
          expect(distanceM(from, to) / metres).toBeCloseTo(1, 2)
          const off = Math.abs(((bearingDeg(from, to) - bearing + 540) % 360) - 180)
          expect(off).toBeLessThan(0.5)
        },
      ),
    )
  })

  it('asks the camera that looks there before a nearer one that must turn', () => {
    // v5-cam1 looks along 100° from the west of the village; the sensor stands east of it.
    const sights = camerasSeeing(devices, device('v5-smoke2').position, '990101101205')
    expect(sights[0]).toMatchObject({ inView: true, camera: { id: 'v5-cam1' } })
    expect(sights.every((sight) => sight.distanceM < 5000)).toBe(true)
  })
})
