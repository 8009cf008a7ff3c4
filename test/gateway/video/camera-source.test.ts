import { describe, expect, it } from 'vitest'
import { createCameraGuard } from '../../../gateway/network/camera-guard.ts'
import { locate } from '../../../gateway/video/camera-source.ts'

const login = { username: 'a', password: 'b' }
const guard = (lookup = async () => [{ address: '10.1.2.3' }]) =>
  createCameraGuard(['10.0.0.0/8', 'fd00::/8'], lookup)
const stream = (url: string) => ({ url, login, codec: 'h264' as const })

describe('where a stream is', () => {
  it.each([
    ['rtsp://10.1.2.3:8554/live?profile=1', '10.1.2.3'],
    ['rtsp://[fd00::5]/live', 'fd00::5'],
  ])('%s is at %s', async (url, ip) => {
    expect(await locate(stream(url), guard())).toEqual({ url: new URL(url), ip, login })
  })

  it('of a name is the address that was judged, not what the name says later', async () => {
    const answers = ['10.1.2.3', '169.254.169.254', '10.9.9.9']
    const lookup = async () => answers.map((address) => ({ address })).slice(1)
    const found = await locate(stream('rtsp://camera.village/live'), guard(), lookup)
    expect(found.ip).toBe('10.9.9.9')
  })

  it('is nowhere when a name leads outside only', async () => {
    const lookup = async () => [{ address: '169.254.169.254' }, { address: '127.0.0.1' }]
    const located = locate(stream('rtsp://camera.village/live'), guard(), lookup)
    await expect(located).rejects.toMatchObject({ problem: 'unreachable' })
    const judged = locate(stream('rtsp://camera.village/live'), guard(lookup), lookup)
    await expect(judged).rejects.toMatchObject({ problem: 'notAllowed' })
  })

  it('is nowhere when the name cannot be looked up any more', async () => {
    const lookup = () => Promise.reject(new Error('no answer'))
    const located = locate(stream('rtsp://camera.village/live'), guard(), lookup)
    await expect(located).rejects.toMatchObject({ problem: 'unreachable' })
  })

  it.each([
    ['http://10.1.2.3/', 'unsupported'],
    ['rtsps://10.1.2.3/', 'unsupported'],
    ['rtsp://a:b@10.1.2.3/', 'unsupported'],
    ['not an address', 'unsupported'],
    ['rtsp://8.8.8.8/', 'notAllowed'],
    ['rtsp://127.0.0.1/', 'notAllowed'],
  ])('%s is refused: %s', async (url, problem) => {
    await expect(locate(stream(url), guard())).rejects.toMatchObject({ problem })
  })
})
