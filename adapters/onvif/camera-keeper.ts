import type { CameraContext } from '../../gateway/ports/adapter.ts'
import { CameraError, type CameraProblem, type CameraWay } from '../../gateway/ports/cameras.ts'
import { createCameraVoice } from './camera-voice.ts'
import type { OnvifSettings } from './config.ts'
import { describeCamera } from './describe.ts'
import { createEventPath } from './event-path.ts'
import type { Exchange } from './exchange.ts'
import { type CameraSession, createSession } from './session.ts'
import type { Timing } from './timing.ts'

/** One camera that has joined: its session, its events and how it is doing. */
export interface CameraKeeper {
  readonly accessVersion: number
  readonly session: CameraSession
  way(): CameraWay
  /** A refusal on any other way ends the events too, and the other way round. */
  refuse(error: CameraError): void
  stop(): Promise<void>
}

export interface CameraKeeperParts {
  device: string
  context: CameraContext
  settings: OnvifSettings
  exchange: Exchange
  timing: Timing
  random: () => number
}

/** The password is not to be tried again, on any way. */
export function isRefusal(error: unknown): error is CameraError {
  return error instanceof CameraError && ['wrongPassword', 'locked'].includes(error.problem)
}

export function createCameraKeeper(
  parts: CameraKeeperParts,
  access: Parameters<typeof createSession>[0]['access'],
): CameraKeeper {
  const { device, context, settings, exchange, timing, random } = parts
  const { clock, cameras, log, meter } = context
  const accessVersion = cameras.accessVersion(device)
  const voice = createCameraVoice({ device, context, settings, timing })
  const session = createSession({ access, exchange, settings, clock })
  let way: CameraWay = { path: 'connecting', since: clock.now(), trouble: null, problem: null }

  function become(path: CameraWay['path'], error: CameraError | null): void {
    const trouble = error?.message ?? null
    const problem: CameraProblem | null = error?.problem ?? null
    const isNew = way.path !== path
    const since = isNew ? clock.now() : way.since
    way = { path, since, trouble, problem }
    if (isNew && path === 'up')
      log.info(`onvif: ${device} is there${trouble ? `. ${trouble}` : ''}`)
    else if (isNew) log.warn(`onvif: ${device}: ${trouble ?? path}`)
    voice.setPath(path === 'up')
  }

  async function describeOnce(signal: AbortSignal): Promise<void> {
    if (cameras.get(device)?.abilities) return
    try {
      const abilities = await describeCamera(session, { clock, signal })
      await cameras.setAbilities(device, abilities)
    } catch (error) {
      if (signal.aborted || isRefusal(error)) throw error
      log.warn(`onvif: what ${device} can do is not known: ${String(error)}`)
    }
  }

  const path = createEventPath({
    session,
    settings,
    clock,
    timing,
    random,
    on: {
      take: (pulled, offsetMs) => voice.take(pulled, offsetMs),
      settled: () => voice.settled(),
      holds: () => voice.holds(),
      up: (trouble) => become('up', trouble),
      down: (error) => become('down', error),
      refused: (error) => become('refused', error),
      proved: (_session, signal) => describeOnce(signal),
      count: (name) => meter.count(name),
    },
  })
  path.start()

  return {
    accessVersion,
    session,
    way: () => way,
    refuse(error) {
      if (way.path === 'refused') return
      become('refused', error)
      void path.stop()
    },
    async stop() {
      await path.stop()
      await voice.stop()
    },
  }
}
