import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCameraAddress } from '../../../gateway/domain/camera-address.ts'
import { type Network, parseNetwork, privateNetworks } from '../../../gateway/domain/network.ts'

const towns = privateNetworks.flatMap((text): Network[] => {
  const network = parseNetwork(text)
  return network ? [network] : []
})
const judge = (text: string, networks = towns) => judgeCameraAddress(text, networks)

describe('the address of a camera', () => {
  it.each([
    ['192.168.1.64', '192.168.1.64'],
    ['192.168.1.64:8000', '192.168.1.64'],
    ['http://10.0.0.7/onvif/device_service', '10.0.0.7'],
    ['https://10.0.0.7:8443/onvif/device_service?x=1', '10.0.0.7'],
    ['rtsp://172.16.3.4:554/Streaming/Channels/101', '172.16.3.4'],
    ['RTSPS://172.16.3.4', '172.16.3.4'],
    ['onvif://192.168.1.64', '192.168.1.64'],
    ['[fd12::7]:554', 'fd12::7'],
    ['http://[fd12::7]/', 'fd12::7'],
    ['http://[::ffff:10.0.0.7]/', '::ffff:10.0.0.7'],
    ['cam-7.town.lan', 'cam-7.town.lan'],
    ['rtsp://cam-7:554/live', 'cam-7'],
  ])('%s is taken; it leads to %s', (text, host) => {
    expect(judge(text)).toMatchObject({ ok: true, address: { host } })
  })

  it.each([
    ['', 'must be host'],
    ['admin:pw@192.168.1.64', 'user name or password'],
    ['http://admin@192.168.1.64/', 'user name or password'],
    ['rtsp://admin:p%40ss@10.0.0.7/live', 'user name or password'],
    ['-i', 'must not begin with -'],
    ['-i x', 'no space'],
    ['10.0.0.7 -i x', 'no space'],
    ['10.0.0.7;id', '; '],
    ['10.0.0.7`id`', '; '],
    ['10.0.0.7|id', '; '],
    ['$(id)', '; '],
    ['10.0.0.7\n', 'no space'],
    ['10.0.0.7\u0000', 'no space'],
    ['10.0.0.7\t', 'no space'],
    ['"10.0.0.7"', 'quote'],
    ['http://10.0.0.7\\@169.254.169.254/', '; '],
    ['file:///etc/passwd', 'must be host'],
    ['gopher://10.0.0.7/', 'must begin with one of'],
    ['ftp://10.0.0.7/', 'must begin with one of'],
    ['concat:10.0.0.7', 'must be host'],
    ['//10.0.0.7/', 'must be host'],
    ['10.0.0.7/live', 'needs http://'],
    ['10.0.0.7:0', 'port'],
    ['10.0.0.7:65536', 'port'],
    ['10.0.0.7:80:80', 'must be host'],
    ['http://10.0.0.7#x', 'must be host'],
    ['fd12::7', 'must be host'],
    ['[10.0.0.7]', 'plain form'],
    ['http://[::1%25lo]/', 'must be host'],
    ['a..b', 'no host name'],
    ['-cam.lan', 'must not begin with -'],
    ['cam-.lan', 'no host name'],
    ['cam_7', 'no host name'],
    ['相机.lan', 'must be host'],
    [`${'a'.repeat(64)}.lan`, 'no host name'],
  ])('%j is refused: %s', (text, part) => {
    const judgement = judge(text)
    expect(judgement).toMatchObject({ ok: false, why: 'shape' })
    expect(judgement.ok ? '' : judgement.problem).toContain(part)
  })

  it.each([
    ['http://127.0.0.1:8080/', 'loopback'],
    ['[::1]:80', 'loopback'],
    ['[::ffff:7f00:1]:80', 'loopback'],
    ['169.254.169.254', 'place'],
    ['http://[fe80::1]/', 'place'],
    ['0.0.0.0', 'place'],
    ['8.8.8.8', 'place'],
  ])('%s is refused for where it leads: %s', (text, why) => {
    expect(judge(text)).toMatchObject({ ok: false, why })
  })

  it('is never a number in another notation', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const whole = ((a * 256 + b) * 256 + c) * 256 + d
        const octal = (n: number) => `0${n.toString(8)}`
        const odd = [
          String(whole),
          `0x${whole.toString(16)}`,
          `0X${whole.toString(16)}`,
          [a, b, c, d].map(octal).join('.'),
          [a, b, c, d].map((n) => `0x${n.toString(16)}`).join('.'),
          `${a}.${b * 65_536 + c * 256 + d}`,
          `${a}.${b}.${c * 256 + d}`,
          `${octal(a)}.${b}.${c}.${d}`,
          `${a}.${b}.${c}.${d}.`,
          `0x${a.toString(16)}.${b}.${c}.${d}`,
          `cam.${a}`,
        ]
        for (const host of odd) {
          for (const text of [host, `http://${host}/`, `rtsp://${host}:554/x`]) {
            expect([text, judge(text).ok]).toEqual([text, false])
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  it('leads, as every URL parser reads it, to the host that was judged', () => {
    const signs = fc.constantFrom(...'0127.:/@[]?#\\%ax-;'.split(''))
    fc.assert(
      fc.property(fc.string({ unit: signs, maxLength: 30 }), (rest) => {
        const text = `http://${rest}`
        const judgement = judge(text)
        if (!judgement.ok) return
        expect(URL.canParse(text)).toBe(true)
        const url = new URL(text)
        expect(url.username + url.password).toBe('')
        const host = url.hostname.replace(/^\[|\]$/g, '')
        if (!judgement.address.ip) expect(host).toBe(judgement.address.host.toLowerCase())
      }),
      { numRuns: 5000 },
    )
  })
})
