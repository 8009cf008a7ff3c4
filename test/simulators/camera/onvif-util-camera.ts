import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createOnvifCamera } from '../../../simulators/camera/onvif-camera.ts'
import { createDiscoveryResponder } from '../../../simulators/camera/onvif-discovery.ts'

/** Runs in a network of its own: a camera, and onvif-util that finds and reads it. */
const attempts = 5
const questions = [
  'get capabilities',
  'get time',
  'get profiles',
  'get profile 0',
  'get rtsp',
  'get video',
  'get video options',
  'get imaging',
  'get imaging options',
  'get network',
  'quit',
  '',
]

const camera = createOnvifCamera({
  identity: { name: 'Hill 1', serial: 'SIM-0001' },
  username: 'admin',
  password: 'secret',
  rtspUrl: 'rtsp://127.0.0.1:8554/hill-1',
  // It uses its nonces again within a second.
  authentication: { refuseReplays: false },
})

async function ask(): Promise<{ code: number | null; text: string }> {
  const child = spawn('onvif-util', ['-u', 'admin', '-p', 'secret', '127.0.0.1'])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      text += part.toString('utf8')
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(questions.join('\n'))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, text }
}

const discovery = createDiscoveryResponder({
  cameras: () => [
    { uuid: camera.identity.uuid, scopes: camera.scopes(), addresses: [camera.address()] },
  ],
  announce: true,
})
await camera.start()
await discovery.start()
let said = await ask()
// It waits half a second for answers, which a busy machine may miss.
for (let i = 1; i < attempts && said.code !== 0; i++) said = await ask()
console.log(JSON.stringify({ ...said, counters: camera.counters() }))
await discovery.stop()
await camera.stop()
