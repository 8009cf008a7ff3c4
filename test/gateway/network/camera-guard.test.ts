import { describe, expect, it } from 'vitest'
import { privateNetworks } from '../../../gateway/domain/network.ts'
import { createCameraGuard } from '../../../gateway/network/camera-guard.ts'

const names: Record<string, string[]> = {
  'cam.lan': ['192.168.1.64'],
  'both.lan': ['192.168.1.64', 'fd12::7'],
  'rebinding.lan': ['192.168.1.64', '169.254.169.254'],
  'inside.evil.example': ['127.0.0.1'],
  'outside.example': ['203.0.113.7'],
  'local.lan': ['fe80::1%eth0'],
  'mapped.lan': ['::ffff:169.254.169.254'],
  'odd.lan': ['not an address'],
}

function guard(networks: readonly string[] = privateNetworks) {
  const asked: string[] = []
  const made = createCameraGuard(networks, async (host) => {
    asked.push(host)
    const found = names[host]
    if (!found) throw new Error('ENOTFOUND')
    return found.map((address) => ({ address }))
  })
  return { asked, judge: made.judge }
}

describe('a camera that is called by name', () => {
  it.each(['cam.lan', 'rtsp://both.lan:554/live'])('%s lies in the town', async (address) => {
    expect(await guard().judge(address)).toMatchObject({ ok: true })
  })

  it.each([
    ['rebinding.lan', 'place', '169.254.169.254'],
    ['inside.evil.example', 'loopback', '127.0.0.1'],
    ['http://outside.example/', 'place', '203.0.113.7'],
    ['local.lan', 'place', 'fe80::1'],
    ['mapped.lan', 'place', 'never'],
    ['odd.lan', 'place', 'no usable address'],
    ['nowhere.lan', 'place', 'give its IP address'],
  ])('%s is refused: %s', async (address, why, part) => {
    const judgement = await guard().judge(address)
    expect(judgement).toMatchObject({ ok: false, why })
    expect(judgement.ok ? '' : judgement.problem).toContain(part)
  })

  it('is asked for only when its shape is right', async () => {
    const { asked, judge } = guard()
    for (const address of ['192.168.1.64', 'cam.lan;id', 'admin:x@cam.lan', '0x7f.1']) {
      await judge(address)
    }
    expect(asked).toEqual([])
  })

  it('may be this machine where the setting lists it', async () => {
    const { judge } = guard([...privateNetworks, '127.0.0.0/8'])
    expect(await judge('http://127.0.0.1:18101/onvif/device_service')).toMatchObject({ ok: true })
    expect(await judge('inside.evil.example')).toMatchObject({ ok: true })
    expect(await judge('169.254.169.254')).toMatchObject({ ok: false })
  })

  it('of the system is looked up by the system', async () => {
    const { judge } = createCameraGuard(['127.0.0.0/8', '::1'])
    expect(await judge('localhost')).toMatchObject({ ok: true })
    expect(await createCameraGuard(privateNetworks).judge('localhost')).toMatchObject({
      ok: false,
      why: 'loopback',
    })
  })
})
