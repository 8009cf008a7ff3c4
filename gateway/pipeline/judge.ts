import type { Speaker } from '../domain/device.ts'
import {
  type DecodeFailure,
  isObservedProperty,
  type Observation,
  observedProperties,
} from '../domain/observation.ts'

/**
 * Whether an observation can be true: the device is known, stands in the village it claims and is
 * in service, the value lies in what the property can be, and the time in what this product has
 * lived through. Whatever fails is kept in quarantine, so a wrong verdict loses nothing.
 */

/** Nothing was patrolled with this product before 2020. */
const earliestMs = Date.UTC(2020, 0, 1)
/** Device clocks run ahead; more than this is a wrong time zone or a wrong date. */
const aheadMs = 10 * 60_000

export interface Circumstances {
  device: Speaker | undefined
  isBlocked: boolean
  /** The village named on the wire; undefined where the protocol names none. */
  village: string | undefined
  now: number
}

function timeFailure(at: number, now: number): DecodeFailure | undefined {
  if (at >= earliestMs && at <= now + aheadMs) return undefined
  const shown = Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : String(at)
  const detail =
    at < earliestMs
      ? `ts is ${shown}, before 2020: the device's clock was never set, or ts is in seconds instead of milliseconds.`
      : `ts is ${shown}, more than 10 minutes ahead of the gateway's ${new Date(now).toISOString()}: check the device's clock and time zone.`
  return { reason: 'impossibleTime', detail }
}

function valueFailure(property: string, value: number): DecodeFailure | undefined {
  if (!isObservedProperty(property)) {
    return {
      reason: 'unknownProperty',
      detail: `"${property}" is no observed property; known are ${Object.keys(observedProperties).join(', ')}.`,
    }
  }
  const { unit, min, max } = observedProperties[property]
  if (value >= min && value <= max) return undefined
  return {
    reason: 'implausibleValue',
    detail: `${property} is ${value}, expected ${min} to ${max} ${unit}: check the unit the device sends and the sensor.`,
  }
}

function deviceFailure(id: string, around: Circumstances): DecodeFailure | undefined {
  const { device, village } = around
  if (!device) {
    return {
      reason: 'unknownDevice',
      detail: `No device "${id}" is known: adopt it, or correct the id that it sends.`,
    }
  }
  if (around.isBlocked) {
    return {
      reason: 'blocked',
      detail: `Device "${id}" is blocked: unblock it on its page, then replay what may count.`,
    }
  }
  if (village !== undefined && village !== device.village) {
    return {
      reason: 'wrongVillage',
      detail: `Device "${id}" belongs to village ${device.village} but sends for ${village}: correct its topic, or move the device.`,
    }
  }
  if (device.state === 'outOfService') {
    return {
      reason: 'outOfService',
      detail: `Device "${id}" is out of service: put it back into service, then replay.`,
    }
  }
  return undefined
}

/** Undefined when the observation may be believed. */
export function judge(observation: Observation, around: Circumstances): DecodeFailure | undefined {
  const failure =
    deviceFailure(observation.device, around) ?? timeFailure(observation.observedAt, around.now)
  if (failure || observation.kind !== 'reading') return failure
  return valueFailure(observation.property, observation.value)
}
