import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createPtzHead,
  fromGeneric,
  type PtzAbilities,
  toGeneric,
  usualPtz,
} from '../../../simulators/camera/ptz.ts'
import { startCamera } from './camera-setting.ts'
import { createManualTiming } from './manual-timing.ts'
import { find, textOf } from './soap-client.ts'

function head(abilities: Partial<PtzAbilities> = {}) {
  const timing = createManualTiming()
  return { timing, head: createPtzHead({ ...usualPtz, ...abilities }, timing.now) }
}

describe('the head', () => {
  it('turns at its speed and comes to rest', () => {
    const { timing, head: it } = head({ speedDegPerS: 10, zoomS: 2 })
    it.moveTo({ panDeg: 50, zoom: 0.5 })
    timing.advance(1000)
    expect(it.view()).toEqual({ panDeg: 10, tiltDeg: 0, zoom: 0.5 })
    expect(it.isMoving()).toBe(true)
    timing.advance(4000)
    expect([it.view().panDeg, it.isMoving()]).toEqual([50, false])
    timing.advance(4000)
    expect(it.view().panDeg).toBe(50)
  })

  it('drifts until its time is up, or a stop, or the end of its range', () => {
    const { timing, head: it } = head({ speedDegPerS: 10 })
    it.drift({ pan: -1, tilt: 0.5, zoom: 0 }, 3000)
    timing.advance(1000)
    expect(it.view()).toEqual({ panDeg: -10, tiltDeg: 5, zoom: 0 })
    timing.advance(60_000)
    expect([it.view().panDeg, it.isMoving()]).toEqual([-30, false])
    it.drift({ pan: 1, tilt: 0, zoom: 0 }, 60_000)
    timing.advance(2000)
    it.stop()
    timing.advance(5000)
    expect(it.view().panDeg).toBe(-10)
    it.drift({ pan: 9, tilt: -9, zoom: 9 }, 60_000)
    timing.advance(59_000)
    expect(it.view()).toEqual({ panDeg: 180, tiltDeg: -45, zoom: 1 })
  })

  it('never leaves its range, whatever it is told', () => {
    const number = fc.double({ min: -1000, max: 1000, noNaN: true })
    const order = fc.record({
      pan: number,
      tilt: number,
      zoom: number,
      ms: fc.nat(20_000),
      kind: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.array(order, { maxLength: 12 }), (orders) => {
        const { timing, head: it } = head()
        for (const { pan, tilt, zoom, ms, kind } of orders) {
          if (kind === 0) it.moveTo({ panDeg: pan, tiltDeg: tilt, zoom })
          if (kind === 1) it.moveBy({ panDeg: pan, tiltDeg: tilt, zoom })
          if (kind === 2) it.drift({ pan, tilt, zoom }, 5000)
          if (kind === 3) it.stop()
          timing.advance(ms)
          const { panDeg, tiltDeg, zoom: near } = it.view()
          expect(Math.abs(panDeg)).toBeLessThanOrEqual(180)
          expect(Math.abs(tiltDeg)).toBeLessThanOrEqual(45)
          expect(near >= 0 && near <= 1).toBe(true)
        }
      }),
    )
  })

  it('knows the generic space both ways', () => {
    const abilities = { ...usualPtz, tiltRangeDeg: [-90, 20] as const }
    const { pan, tilt } = toGeneric({ panDeg: 90, tiltDeg: -35, zoom: 0 }, abilities)
    expect([pan, tilt]).toEqual([0.5, 0])
    expect(fromGeneric(-1, [-90, 20])).toBe(-90)
    expect(fromGeneric(1, [-90, 20])).toBe(20)
  })

  it('keeps presets, so many at most', () => {
    const { timing, head: it } = head()
    it.moveTo({ panDeg: 30 })
    timing.advance(10_000)
    const token = it.savePreset('gate') ?? ''
    it.moveTo({ panDeg: 0 })
    timing.advance(10_000)
    expect(it.goToPreset(token)).toBe(true)
    timing.advance(10_000)
    expect(it.view().panDeg).toBe(30)
    expect([it.goToPreset('x'), it.savePreset('y', 'x')]).toEqual([false, undefined])
    for (let i = 0; i < 70; i++) it.savePreset(`${i}`)
    expect(it.presets()).toHaveLength(64)
    expect([it.removePreset(token), it.removePreset(token)]).toEqual([true, false])
  })
})

const degrees = 'http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees'

function move(x: number, y: number, space = ''): string {
  const named = space ? ` space="${space}"` : ''
  return `<tptz:AbsoluteMove><tptz:ProfileToken>Profile_1</tptz:ProfileToken><tptz:Position><tt:PanTilt x="${x}" y="${y}"${named}/><tt:Zoom x="0.5"/></tptz:Position></tptz:AbsoluteMove>`
}

describe('the PTZ service', () => {
  it('moves by the generic space and by degrees, and says how it goes', async () => {
    const { call, timing, camera } = await startCamera()
    expect((await call(move(0.5, 0.2))).status).toBe(200)
    const status = await call('<tptz:GetStatus/>')
    expect(find(status, 'tt:PanTilt').at(-1)?.textContent).toBe('MOVING')
    timing.advance(10_000)
    const view = camera.view()
    expect([view.panDeg, Number(view.tiltDeg.toFixed(6)), view.zoom]).toEqual([90, 9, 0.5])
    await call(move(-45, 10, degrees))
    timing.advance(10_000)
    expect(camera.view()).toMatchObject({ panDeg: -45, tiltDeg: 10 })
    const position = find(await call('<tptz:GetStatus/>'), 'tt:PanTilt')[0]
    expect(position?.getAttribute('x')).toBe('-0.25')
  })

  it('refuses what lies outside, and what is no number', async () => {
    const { call } = await startCamera()
    for (const bad of [
      move(1.2, 0),
      move(200, 0, degrees),
      move(0, 0, 'http://other'),
      move(Number.NaN, 0),
    ]) {
      expect((await call(bad)).status).toBe(400)
    }
  })

  it('says what its ends stand for only where it is calibrated', async () => {
    const calibrated = await startCamera()
    const uris = async ({ call }: typeof calibrated) =>
      find(await call('<tptz:GetNodes/>'), 'tt:URI').map((one) => one.textContent)
    expect(await uris(calibrated)).toContain(degrees)
    const plain = await startCamera({ ptz: { calibrated: false } })
    expect(await uris(plain)).not.toContain(degrees)
    expect((await plain.call('<tds:GetGeoLocation/>')).status).toBe(500)
    expect((await plain.call(move(-45, 10, degrees))).status).toBe(400)
    expect((await plain.call(move(0.1, 0.1))).status).toBe(200)
  })

  it('has no positions where it cannot move to one', async () => {
    const { call, camera, timing } = await startCamera({ ptz: { absolute: false } })
    expect((await call(move(0, 0))).status).toBe(500)
    const nodes = await call('<tptz:GetNodes/>')
    expect(find(nodes, 'tt:AbsolutePanTiltPositionSpace')).toEqual([])
    await call(
      '<tptz:ContinuousMove><tptz:Velocity><tt:PanTilt x="1" y="0"/></tptz:Velocity><tptz:Timeout>PT2S</tptz:Timeout></tptz:ContinuousMove>',
    )
    timing.advance(1000)
    await call('<tptz:Stop/>')
    timing.advance(5000)
    expect(camera.view().panDeg).toBe(60)
    const status = await call('<tptz:GetStatus/>')
    expect([find(status, 'tt:Position'), textOf(status, 'tt:Zoom')]).toEqual([[], 'IDLE'])
  })

  it('relative moves, home, presets', async () => {
    const { call, camera, timing } = await startCamera()
    await call(
      '<tptz:RelativeMove><tptz:Translation><tt:PanTilt x="0.25" y="0"/></tptz:Translation></tptz:RelativeMove>',
    )
    timing.advance(5000)
    expect(camera.view().panDeg).toBe(45)
    const saved = await call(
      '<tptz:SetPreset><tptz:PresetName>塘边</tptz:PresetName></tptz:SetPreset>',
    )
    const token = textOf(saved, 'tptz:PresetToken')
    await call('<tptz:GotoHomePosition/>')
    timing.advance(5000)
    expect(camera.view().panDeg).toBe(0)
    await call(`<tptz:GotoPreset><tptz:PresetToken>${token}</tptz:PresetToken></tptz:GotoPreset>`)
    timing.advance(5000)
    expect(camera.view().panDeg).toBe(45)
    const presets = await call('<tptz:GetPresets/>')
    expect(textOf(presets, 'tt:Name')).toBe('塘边')
    const unknown = '<tptz:GotoPreset><tptz:PresetToken>x</tptz:PresetToken></tptz:GotoPreset>'
    expect((await call(unknown)).status).toBe(400)
  })

  it('refuses a drift that would last too long', async () => {
    const { call } = await startCamera()
    const drift = '<tptz:ContinuousMove><tptz:Timeout>PT2H</tptz:Timeout></tptz:ContinuousMove>'
    expect((await call(drift)).status).toBe(400)
  })
})
