import { createCameraGuard } from '../../../gateway/network/camera-guard.ts'
import { createLiveRelay } from '../../../gateway/video/live-relay.ts'

/** A process that looks at one camera until it is killed: `ffmpeg url username password`. */

const [ffmpeg = '', url = '', username = '', password = ''] = process.argv.slice(2)
const relay = createLiveRelay({
  cameras: () => ({
    stream: async () => ({ url, login: { username, password }, codec: 'h264' }),
  }),
  guard: createCameraGuard(['127.0.0.0/8']),
  clock: { now: Date.now, monotonic: () => performance.now() },
  warn: (text) => console.error(text),
  ffmpeg,
})
await relay.start()
for (const format of ['mp4', 'mpeg1'] as const) {
  let pieces = 0
  relay.watch(
    { device: 'camera', format, person: 'somebody' },
    {
      tell() {},
      send() {
        pieces += 1
        if (pieces === 2) console.log('shown')
      },
      buffered: () => 0,
      close() {},
    },
  )
}
