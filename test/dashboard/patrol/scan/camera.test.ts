import { afterEach, describe, expect, test, vi } from 'vitest'
import { openCamera } from '../../../../dashboard/patrol/scan/camera.ts'

function stage(getUserMedia: () => Promise<unknown>, isSecure = true): HTMLVideoElement {
  vi.stubGlobal('isSecureContext', isSecure)
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } })
  return { play: () => Promise.resolve(), srcObject: null } as unknown as HTMLVideoElement
}

afterEach(() => vi.unstubAllGlobals())

describe('a camera', () => {
  const stop = vi.fn()
  const applyConstraints = vi.fn(async () => undefined)
  const track = (torch: boolean) => ({ stop, applyConstraints, getCapabilities: () => ({ torch }) })
  const stream = (torch: boolean) => ({
    getTracks: () => [track(torch)],
    getVideoTracks: () => [track(torch)],
  })

  test('shows its picture until it is closed', async () => {
    const video = stage(async () => stream(false))
    const outcome = await openCamera(video)
    if (outcome.kind !== 'open') throw new Error(outcome.kind)
    expect(video.srcObject).not.toBeNull()
    expect(outcome.camera.setTorch).toBeNull()
    outcome.camera.close()
    expect(stop).toHaveBeenCalledOnce()
    expect(video.srcObject).toBeNull()
  })
  test('with a light has a switch', async () => {
    const outcome = await openCamera(stage(async () => stream(true)))
    if (outcome.kind !== 'open') throw new Error(outcome.kind)
    await outcome.camera.setTorch?.(true)
    expect(applyConstraints).toHaveBeenCalledWith({ advanced: [{ torch: true }] })
  })
  test.each([
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'none'],
  ])('that answers %s is %s', async (name, kind) => {
    const outcome = await openCamera(stage(() => Promise.reject(new DOMException('', name))))
    expect(outcome).toEqual({ kind })
  })
  test('is not asked for over plain http', async () => {
    const ask = vi.fn()
    expect(await openCamera(stage(ask, false))).toEqual({ kind: 'insecure' })
    expect(ask).not.toHaveBeenCalled()
  })
  test('whose picture breaks off meanwhile is open, and can be closed', async () => {
    const video = stage(async () => stream(false))
    video.play = () => Promise.reject(new DOMException('', 'AbortError'))
    expect((await openCamera(video)).kind).toBe('open')
  })
})
