import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCameraGuard } from '../../../gateway/network/camera-guard.ts'
import { createFrameGrab } from '../../../gateway/video/frame-grab.ts'
import { createRtspDoor } from '../../../gateway/video/rtsp-door.ts'
import { lacksPrograms } from '../../support/programs.ts'
import { type CameraSetting, startCameras } from './camera-setting.ts'

/** One picture out of the stream of a simulated camera, by the real ffmpeg. */

const lacking = lacksPrograms('one picture out of a stream', 'ffmpeg')
const door = createRtspDoor()
const never = new AbortController().signal
let setting: CameraSetting

function grabber({ networks = ['127.0.0.0/8'], command = 'ffmpeg', password = '' } = {}) {
  return createFrameGrab({
    door,
    command,
    guard: createCameraGuard(networks),
    link: {
      async stream(device) {
        const stream = setting.streams.get(device)
        if (!stream) throw new Error(`there is no camera ${device}`)
        return password === '' ? stream : { ...stream, login: { ...stream.login, password } }
      },
    },
  })
}

describe.skipIf(lacking)('one picture out of a stream', () => {
  beforeAll(async () => {
    setting = await startCameras()
    await door.start()
  })
  afterAll(async () => {
    await door.stop()
    await setting.end()
  })

  test('is a JPEG of the stream’s size', async () => {
    const { format, width, height } = await sharp(await grabber()('one', never)).metadata()
    expect([format, width, height]).toEqual(['jpeg', 160, 90])
  })

  test('a wrong password is said to be one', async () => {
    const grabbing = grabber({ password: 'wrong' })('one', never)
    await expect(grabbing).rejects.toMatchObject({ problem: 'wrongPassword' })
  })

  test('an address outside the networks is not called', async () => {
    const grabbing = grabber({ networks: ['10.0.0.0/8'] })('one', never)
    await expect(grabbing).rejects.toMatchObject({ problem: 'notAllowed' })
  })

  test('without ffmpeg it says so', async () => {
    const grabbing = grabber({ command: '/nowhere/ffmpeg' })('one', never)
    await expect(grabbing).rejects.toMatchObject({ problem: 'unsupported' })
  })
})
