import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CameraCounters } from '../../../simulators/camera/camera-counters.ts'
import { lacksPrograms, run } from '../../support/programs.ts'

/**
 * Debian's onvif-util (libonvif, which nobody here wrote) as a client of the simulated camera. It
 * finds cameras by multicast only, and never on its own machine unless multicast goes over the
 * loopback: so both run in a network of their own that has nothing else.
 */
const lacking = lacksPrograms('the camera before onvif-util', 'onvif-util', 'unshare', 'ip')

function ownNetwork(): string | undefined {
  return ['-n', '-rn'].find((flags) => spawnSync('unshare', [flags, 'true']).status === 0)
}

const flags = lacking ? undefined : ownNetwork()
if (!lacking && !flags) console.log('skipped: this kernel lets nobody make a network of their own')

interface Report {
  code: number
  text: string
  counters: CameraCounters
}

describe.skipIf(flags === undefined)('onvif-util', () => {
  let report: Report

  beforeAll(async () => {
    const child = join(import.meta.dirname, 'onvif-util-camera.ts')
    const script = `ip link set lo up && ip route add 239.0.0.0/8 dev lo && exec "$0" "$1"`
    const { text } = await run('unshare', [
      flags ?? '',
      'sh',
      '-c',
      script,
      process.execPath,
      child,
    ])
    const line = text.split('\n').find((one) => one.startsWith('{'))
    if (line === undefined) throw new Error(`nothing came back: ${text}`)
    report = JSON.parse(line) as Report
  }, 60_000)

  it('finds it and signs in', () => {
    expect(report.text).toContain('found host: 127.0.0.1')
    expect(report.text).toContain('successfully connected to host')
    expect(report.text).toContain('serial: SIM-0001')
    expect([report.code, report.text.includes('ERROR')]).toEqual([0, false])
  })

  it.each([
    ['its clock', /Time Offset: -?[0-5] seconds/],
    ['its profiles', /Token 0: Profile_1\n\s*Token 1: Profile_2/],
    ['its stream', /rtsp:\/\/127\.0\.0\.1:8554\/hill-1/],
    ['its picture', /Width:\s+1280\n\s*Height:\s+720/],
    ['its sizes', /1280 x 720\n\s*640 x 360/],
    ['its imaging', /Contrast:\s+50/],
    ['its limits', /Max Sharpness:\s+100/],
    ['its network', /IP Address: 127\.0\.0\.1/],
  ])('reads %s', (_what, expected) => {
    expect(report.text).toMatch(expected)
  })

  it('gave no wrong password', () => {
    expect(report.counters).toMatchObject({ wrongLogins: 0, staleLogins: 0, requestsPending: 0 })
  })
})
