import { CameraError } from '../../gateway/ports/cameras.ts'

/** Addresses as people type them and as cameras name them themselves. */

const deviceService = '/onvif/device_service'

/** `192.168.1.64`, `camera:8080`, `onvif://…` or a whole URL → the URL of the device service. */
export function deviceServiceOf(address: string): string {
  const text = address.trim().replace(/^onvif:\/\//i, 'http://')
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const advice = 'give host, host:port or http://host/onvif/device_service'
    throw new CameraError('noOnvif', `${address} is no address of an ONVIF camera: ${advice}.`)
  }
  if (url.pathname === '/' && url.search === '') url.pathname = deviceService
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

/**
 * What a camera calls itself may be wrong: behind translated addresses, or after a change of its
 * own. Only the host it was reached at is ever called; where it names another one, its path counts
 * and nothing else.
 */
export function reachable(named: string, device: string): string {
  const base = new URL(device)
  const url = URL.canParse(named, device) ? new URL(named, device) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return device
  if (url.hostname !== base.hostname) {
    url.protocol = base.protocol
    url.host = base.host
    if (base.port === '') url.port = ''
  }
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

const usualRtspPort = 554

/** The same for its stream: the port it names is kept, as no other is known. */
export function reachableStream(named: string, device: string): string {
  const url = URL.canParse(named) ? new URL(named) : undefined
  const match = /^(rtsps?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)(?::(\d{1,5}))?(.*)$/i.exec(
    named.trim(),
  )
  if (!url || !match) {
    throw new CameraError('fault', 'The camera names no RTSP address for its picture.')
  }
  const [, scheme = 'rtsp', , port, rest = ''] = match
  const host = new URL(device).hostname
  const number = Number(port ?? usualRtspPort)
  return `${scheme.toLowerCase()}://${host}:${number}${rest}`
}
