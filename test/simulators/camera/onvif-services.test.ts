import { describe, expect, it } from 'vitest'
import { namespaces } from '../../../simulators/camera/soap-names.ts'
import { startCamera } from './camera-setting.ts'
import { exchange, find, textOf } from './soap-client.ts'

describe('what the camera says of itself', () => {
  it('who it is, where it stands and what it can', async () => {
    const { call } = await startCamera()
    const information = await call('<tds:GetDeviceInformation/>')
    expect(information.status).toBe(200)
    expect(textOf(information, 'tds:SerialNumber')).toBe('SIM-1')
    const place = find(await call('<tds:GetGeoLocation/>'), 'tt:GeoOrientation')[0]
    expect(place?.getAttribute('yaw')).toBe('195')
    const scopes = find(await call('<tds:GetScopes/>'), 'tt:ScopeItem').map(
      (one) => one.textContent,
    )
    expect(scopes).toContain(`onvif://www.onvif.org/name/${encodeURIComponent('青石村 1')}`)
  })

  it('services at the address at which it was called', async () => {
    const { call, camera } = await startCamera()
    const services = await call('<tds:GetServices/>', { headers: { host: 'camera.lan:8000' } })
    const addresses = find(services, 'tds:XAddr').map((one) => one.textContent)
    expect(addresses).toContain('http://camera.lan:8000/onvif/event_service')
    camera.behave({ wrongHost: '192.168.1.64:80' })
    const capabilities = await call('<tds:GetCapabilities/>')
    expect(textOf(capabilities, 'tt:XAddr')).toBe('http://192.168.1.64:80/onvif/device_service')
  })

  it('no PTZ where there is none', async () => {
    const { call } = await startCamera({ ptz: false })
    const services = await call('<tds:GetServices/>')
    const names = find(services, 'tds:Namespace').map((one) => one.textContent)
    expect(names).not.toContain(namespaces.tptz)
    const status = await call('<tptz:GetStatus/>')
    expect([status.status, textOf(status, 's:Text')]).toEqual([
      500,
      'GetStatus is not supported by this device',
    ])
  })

  it('two profiles, their stream and their still', async () => {
    const { call, camera } = await startCamera()
    const profiles = find(await call('<trt:GetProfiles/>'), 'trt:Profiles')
    expect(profiles.map((one) => one.getAttribute('token'))).toEqual(['Profile_1', 'Profile_2'])
    const token = '<trt:ProfileToken>Profile_1</trt:ProfileToken>'
    const stream = await call(`<trt:GetStreamUri>${token}</trt:GetStreamUri>`)
    expect(textOf(stream, 'tt:Uri')).toBe('rtsp://127.0.0.1:554/one')
    const snapshot = await call(`<trt:GetSnapshotUri>${token}</trt:GetSnapshotUri>`)
    const still = await exchange(textOf(snapshot, 'tt:Uri') ?? '', { method: 'GET' })
    expect([still.status, still.headers['content-type']]).toEqual([200, 'image/jpeg'])
    expect(still.bytes).toHaveLength(4)
    expect(camera.counters().stills).toBe(1)
  })

  it('an error for a profile that is not there', async () => {
    const { call } = await startCamera()
    const nothing = await call(
      '<trt:GetStreamUri><trt:ProfileToken>x</trt:ProfileToken></trt:GetStreamUri>',
    )
    expect(nothing.status).toBe(400)
    expect(find(nothing, 's:Value').map((one) => one.textContent)).toEqual([
      's:Sender',
      'ter:InvalidArgVal',
      'ter:NoProfile',
    ])
  })

  it('imaging settings that can be moved', async () => {
    const { call } = await startCamera()
    const source = '<timg:VideoSourceToken>VideoSource_1</timg:VideoSourceToken>'
    const set = (value: number) =>
      call(
        `<timg:SetImagingSettings>${source}<timg:ImagingSettings><tt:Contrast>${value}</tt:Contrast></timg:ImagingSettings></timg:SetImagingSettings>`,
      )
    expect((await set(70)).status).toBe(200)
    expect((await set(700)).status).toBe(400)
    const settings = await call(`<timg:GetImagingSettings>${source}</timg:GetImagingSettings>`)
    expect(textOf(settings, 'tt:Contrast')).toBe('70')
  })
})

describe('what it cannot read', () => {
  it.each([
    ['no XML', 'hello'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'],
    ['SOAP 1.1', '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>'],
    ['an empty body', `<s:Envelope xmlns:s="${namespaces.s}"><s:Body/></s:Envelope>`],
    ['too much', 'x'.repeat(300_000)],
  ])('%s is a fault and no more', async (_what, content) => {
    const { camera, call } = await startCamera()
    const reply = await exchange(camera.address(), { content })
    expect(reply.status).toBe(400)
    expect(find(reply, 's:Fault')).toHaveLength(1)
    expect((await call('<tds:GetHostname/>')).status).toBe(200)
  })

  it('an unknown operation, and a path that is nothing', async () => {
    const { camera, call } = await startCamera()
    expect((await call('<tds:MakeCoffee/>')).status).toBe(500)
    const page = await exchange(`http://127.0.0.1:${camera.port()}/`, { method: 'GET' })
    expect(page.status).toBe(404)
  })

  it('relates its answer to the request', async () => {
    const { call } = await startCamera()
    const header =
      '<wsa:MessageID>urn:uuid:7</wsa:MessageID><wsa:Action>http://a/GetHostnameRequest</wsa:Action>'
    const reply = await call('<tds:GetHostname/>', { header })
    expect(textOf(reply, 'wsa:RelatesTo')).toBe('urn:uuid:7')
    expect(textOf(reply, 'wsa:Action')).toBe('http://a/GetHostnameResponse')
  })
})
