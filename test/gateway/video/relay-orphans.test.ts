import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { until } from '../../adapters/mqtt/kit.ts'
import { lacksPrograms } from '../../support/programs.ts'
import { login, startCameras } from './camera-setting.ts'

const parent = join(import.meta.dirname, 'relay-parent.ts')

it
  .skipIf(lacksPrograms('orphans of the live relay', 'ffmpeg'))
  .for(['good', 'freeze', 'halfOpen'] as const)(
  'leaves no ffmpeg behind when the gateway is killed and the camera is %s',
  async (kind, { onTestFinished }) => {
    const cameras = await startCameras()
    onTestFinished(() => cameras.end())
    const url = `rtsp://127.0.0.1:${cameras.server.port}/one`
    const child = spawn(
      process.execPath,
      [parent, cameras.ffmpeg, url, login.username, login.password],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const gone = once(child, 'exit')
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await until('both pictures', () => said === 'shown\nshown\n', 20_000)
    expect(await cameras.processes()).toHaveLength(2)
    // A camera that sends nothing more must not keep them alive either.
    if (kind !== 'good') cameras.server.setManner('/one', { kind })
    child.kill('SIGKILL')
    await gone
    await until('no ffmpeg to be left', async () => (await cameras.processes()).length === 0)
  },
)
