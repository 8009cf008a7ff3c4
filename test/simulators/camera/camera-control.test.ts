import { describe, expect, it, onTestFinished } from 'vitest'
import { createCameraControl } from '../../../simulators/camera/camera-control.ts'
import { startCamera } from './camera-setting.ts'
import { heardIn } from './soap-client.ts'

async function open() {
  const setting = await startCamera()
  const cameras = new Map([['v1-cam1', setting.camera]])
  const control = createCameraControl({ cameras: () => cameras, port: 0 })
  const port = await control.start()
  onTestFinished(() => control.stop())
  const ask = async (path: string, method = 'GET', wanted?: unknown, type = 'application/json') => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': type },
      body: wanted === undefined ? undefined : JSON.stringify(wanted),
    })
    return { status: reply.status, said: (await reply.json()) as Record<string, unknown> }
  }
  return { ...setting, ask }
}

describe('the door for people', () => {
  it('shows the cameras and never a password', async () => {
    const { ask } = await open()
    const { said } = await ask('/cameras')
    expect(Object.keys(said)).toEqual(['v1-cam1'])
    expect(JSON.stringify(said)).not.toContain('secret')
  })

  it('changes manners, and takes them back', async () => {
    const { ask, camera } = await open()
    expect((await ask('/cameras/v1-cam1/manners', 'PATCH', { halfOpen: true })).status).toBe(200)
    expect(camera.manners().halfOpen).toBe(true)
    await ask('/cameras/v1-cam1/manners', 'PUT', { booleans: 'digits' })
    expect(camera.manners()).toMatchObject({ halfOpen: false, booleans: 'digits' })
    const wrong = await ask('/cameras/v1-cam1/manners', 'PATCH', { booleans: 'x' })
    expect([wrong.status, wrong.said.error]).toEqual([400, expect.stringContaining('is one of')])
  })

  it('raises events, reboots, changes the login', async () => {
    const { ask, camera, subscribe, timing } = await open()
    const point = await subscribe()
    await point.pull()
    await ask('/cameras/v1-cam1/events', 'POST', { topic: 'vendor:Smart/Fire', data: { Level: 3 } })
    expect(heardIn(await point.pull())[0]?.items).toEqual({ Level: '3' })
    const login = { password: 'other', httpDigest: true }
    expect((await ask('/cameras/v1-cam1/authentication', 'PATCH', login)).status).toBe(200)
    expect(camera.authentication().password).toBe('other')
    const bad = await ask('/cameras/v1-cam1/authentication', 'PATCH', { lockAfter: 'soon' })
    expect(bad.status).toBe(400)
    await ask('/cameras/v1-cam1/unlock', 'POST', {})
    expect((await ask('/cameras/v1-cam1/reboot', 'POST', { downMs: 'x' })).status).toBe(400)
    expect((await ask('/cameras/v1-cam1/reboot', 'POST', { downMs: 50 })).said.isUp).toBe(false)
    timing.advance(0)
  })

  it.each([
    ['/nothing', 'GET', undefined, 404],
    ['/cameras/v9', 'GET', undefined, 404],
    ['/cameras/v1-cam1/mood', 'PATCH', {}, 404],
    ['/cameras/v1-cam1/events', 'POST', [], 400],
    ['/cameras/v1-cam1/events', 'POST', { topic: 'axis:A' }, 400],
  ])('%s %s: no', async (path, method, wanted, status) => {
    const { ask } = await open()
    expect((await ask(path, method, wanted)).status).toBe(status)
  })

  it('takes nothing that a page elsewhere could send unasked', async () => {
    const { ask } = await open()
    const sent = await ask('/cameras/v1-cam1/manners', 'PATCH', { halfOpen: true }, 'text/plain')
    expect(sent.status).toBe(415)
  })
})
