import type { CameraStill, CameraView, ProbeAnswer } from '../../dashboard/src/api/types.ts'

/** Cameras as the gateway tells of them, with only what a test cares about spelled out. */

export const someAbilities: NonNullable<CameraView['abilities']> = {
  maker: 'Lianxun',
  model: 'SimCam',
  firmware: '1.0.0',
  serial: 'SIM-1',
  profiles: [{ token: 'a', name: 'main', codec: 'h264', width: 1920, height: 1080 }],
  topics: ['RuleEngine/ObjectDetection/Object', 'example.org:RuleEngine/SmokeColumn'],
  events: true,
  snapshot: true,
  ptz: null,
  clockOffsetMs: 0,
  probedAt: 1_000_000,
}

export function turning(
  presets: NonNullable<typeof someAbilities.ptz>['presets'] = [],
  absolute = true,
): typeof someAbilities {
  return { ...someAbilities, ptz: { continuous: true, absolute, presets } }
}

export function aCamera(part: Partial<CameraView> = {}): CameraView {
  return {
    id: 'v5-cam1',
    name: '1号摄像机',
    village: '990101101205',
    grid: null,
    lon: 106.71,
    lat: 29.22,
    headingDeg: 100,
    fieldOfViewDeg: 60,
    address: 'http://127.0.0.1:18109/onvif/device_service',
    username: 'admin',
    path: 'up',
    pathSince: 1_000_000,
    problem: null,
    trouble: null,
    abilities: someAbilities,
    masks: [],
    stillAt: null,
    pictureFaults: [],
    viewers: 0,
    heldBy: null,
    heldUntil: null,
    ...part,
  }
}

export function aStill(part: Partial<CameraStill> = {}): CameraStill {
  return {
    device: 'v5-cam1',
    at: 1_000_000,
    sha256: 'e'.repeat(64),
    cause: 'alarm',
    case: 'case-1',
    ...part,
  }
}

export function anAnswer(part: Partial<ProbeAnswer> = {}): ProbeAnswer {
  return {
    address: '10.0.0.1',
    abilities: someAbilities,
    still: null,
    warnings: [],
    problem: null,
    text: null,
    ...part,
  }
}
