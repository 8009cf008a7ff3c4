import { onTestFinished } from 'vitest'
import {
  createOnvifCamera,
  type OnvifCamera,
  type OnvifCameraOptions,
} from '../../../simulators/camera/onvif-camera.ts'
import { createManualTiming, type ManualTiming } from './manual-timing.ts'
import { envelope, exchange, openDoor, type Reply, textOf } from './soap-client.ts'

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9])

export interface Setting {
  camera: OnvifCamera
  timing: ManualTiming
  /** One SOAP call; `path` is below the camera's root. */
  call: (operation: string, more?: CallOptions) => Promise<Reply>
  subscribe: (inner?: string) => Promise<Subscription>
}

interface CallOptions {
  path?: string
  header?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

interface Subscription {
  address: string
  created: Reply
  pull: (options?: { timeout?: string; limit?: number; signal?: AbortSignal }) => Promise<Reply>
  send: (operation: string, header?: string) => Promise<Reply>
}

function subscriptionAt(address: string, created: Reply): Subscription {
  const send = (operation: string, header = '', signal?: AbortSignal) =>
    exchange(address, { content: envelope(operation, header), signal })
  return {
    address,
    created,
    send,
    pull: ({ timeout = 'PT30S', limit = 100, signal } = {}) =>
      send(
        `<tev:PullMessages><tev:Timeout>${timeout}</tev:Timeout><tev:MessageLimit>${limit}</tev:MessageLimit></tev:PullMessages>`,
        '',
        signal,
      ),
  }
}

/** A started camera on a free port, open to all unless told otherwise; gone after the test. */
export async function startCamera(options: Partial<OnvifCameraOptions> = {}): Promise<Setting> {
  const timing = createManualTiming()
  const camera = createOnvifCamera({
    identity: {
      name: '青石村 1',
      serial: 'SIM-1',
      place: { lon: 106.7, lat: 29.2, headingDeg: 195 },
    },
    username: 'admin',
    password: 'secret',
    timing,
    rtspUrl: 'rtsp://127.0.0.1:554/one',
    stillJpeg: () => Promise.resolve(jpeg),
    authentication: openDoor,
    ...options,
  })
  await camera.start()
  onTestFinished(() => camera.stop())
  const call: Setting['call'] = (operation, { path, header, headers, signal } = {}) => {
    const url = `http://127.0.0.1:${camera.port()}${path ?? '/onvif/device_service'}`
    return exchange(url, { content: envelope(operation, header), headers, signal })
  }
  return {
    camera,
    timing,
    call,
    async subscribe(inner = '') {
      const created = await call(
        `<tev:CreatePullPointSubscription>${inner}</tev:CreatePullPointSubscription>`,
      )
      const address = textOf(created, 'wsa:Address')
      if (address === undefined) throw new Error(`no subscription: ${created.text}`)
      return subscriptionAt(address, created)
    },
  }
}
