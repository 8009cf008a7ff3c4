import { calibrate, calibrationAt } from '../../../gateway/domain/calibration.ts'
import {
  isObservedProperty,
  type ObservedProperty,
  observedProperties,
} from '../../../gateway/domain/observation.ts'
import type { CalibrationView, DeviceView } from '../api/types.ts'
import { formatValue, inPropertyOrder, unitOf } from '../parts/words.ts'

/** Calibrations as sentences and figures. Pure. */

export interface Line {
  factor: number
  offset: number
}

/** `× 0.94 + 0.8 µg/m³`; what changes nothing is left out. */
export function formulaOf({ factor, offset }: Line, property: string): string {
  const times = factor === 1 && offset !== 0 ? [] : [`× ${figure(factor)}`]
  const unit = unitOf(property)
  const shift =
    offset === 0 ? [] : [`${offset < 0 ? '−' : '+'} ${figure(Math.abs(offset))} ${unit}`.trim()]
  return [...times, ...shift].join(' ')
}

/** As it was entered, with a minus that can be seen. */
function figure(value: number): string {
  return String(value).replace('-', '−')
}

/** What of a device can be calibrated: what it measured, and what it was calibrated for. */
export function propertiesOf(
  device: Pick<DeviceView, 'latest'>,
  calibrations: readonly CalibrationView[],
): ObservedProperty[] {
  const names = [...device.latest, ...calibrations].map(({ property }) => property)
  return inPropertyOrder([...new Set(names)].map((property) => ({ property })))
    .map(({ property }) => property)
    .filter(isObservedProperty)
}

function historyOf(calibrations: readonly CalibrationView[], property: string, device: string) {
  return calibrations
    .filter((one) => one.property === property)
    .map(({ from, factor, offset, property }) => ({ device, property, from, factor, offset }))
    .toSorted((a, b) => a.from - b.from)
}

/** The one that holds now, of each property that has one. */
export function holdingNow(
  calibrations: readonly CalibrationView[],
  now: number,
): CalibrationView[] {
  const properties = [...new Set(calibrations.map(({ property }) => property))]
  return inPropertyOrder(properties.map((property) => ({ property }))).flatMap(({ property }) => {
    const holds = calibrationAt(historyOf(calibrations, property, ''), now)
    return calibrations.find((one) => one.property === property && one.from === holds?.from) ?? []
  })
}

/** What the sensor itself said last; undefined: nothing yet. */
export function lastMeasured(
  device: Pick<DeviceView, 'id' | 'latest'>,
  property: string,
  calibrations: readonly CalibrationView[],
): number | undefined {
  const last = device.latest.find((one) => one.property === property)
  if (last === undefined) return undefined
  const line = calibrationAt(historyOf(calibrations, property, device.id), last.at)
  return line === undefined ? last.value : (last.value - line.offset) / line.factor
}

export interface Preview {
  measured: string
  value: string
  /** Outside what can be believed of the property. */
  isBeyond: boolean
}

/** Null: a figure is missing. */
export function previewOf(
  property: ObservedProperty,
  measured: number | undefined,
  line: Partial<Record<keyof Line, number | null>>,
): Preview | null {
  const { factor, offset } = line
  if (measured === undefined || !factor || offset === null || offset === undefined) return null
  const value = calibrate({ factor, offset }, measured)
  const { unit, min, max } = observedProperties[property]
  return {
    measured: formatValue(measured),
    value: `${formatValue(value)}\u2009${unit}`,
    isBeyond: value < min || value > max,
  }
}
