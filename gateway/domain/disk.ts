/**
 * When the disk is short: what the health page says of it, and when the gateway raises an alarm
 * for those who do not look there.
 */

export interface DiskSpace {
  freeBytes: number
  totalBytes: number
  /** Until it is full at the present pace; null: it does not fill, or nobody knows yet. */
  daysLeft: number | null
}

/** `soon`: there is room still, but it is being used up. */
type DiskCause = 'short' | 'soon'

export interface DiskVerdict {
  level: 'ok' | 'warn' | 'bad'
  cause: DiskCause | null
}

const gib = 1024 ** 3

/** Below this nothing that is worth its name can be written. */
const fullBytes = 4 * 1024 ** 2
const badPercent = 2
const warnPercent = 10
const warnBytes = 2 * gib
/** Enough to fetch a larger disk, and enough to have it approved before. */
const badDays = 7
const warnDays = 30

/** Whether anything can still be written there. */
export function isFull({ freeBytes }: Pick<DiskSpace, 'freeBytes'>): boolean {
  return freeBytes < fullBytes
}

/** In tenths, rounded down. */
export function freePercent({ freeBytes, totalBytes }: DiskSpace): number {
  return totalBytes > 0 ? Math.floor((freeBytes / totalBytes) * 1000) / 10 : 0
}

export function judgeDisk(disk: DiskSpace): DiskVerdict {
  const days = disk.daysLeft ?? Number.POSITIVE_INFINITY
  const percent = freePercent(disk)
  if (percent < badPercent || isFull(disk)) return { level: 'bad', cause: 'short' }
  if (days < badDays) return { level: 'bad', cause: 'soon' }
  if (percent < warnPercent || disk.freeBytes < warnBytes) return { level: 'warn', cause: 'short' }
  return days < warnDays ? { level: 'warn', cause: 'soon' } : { level: 'ok', cause: null }
}

/** Events of the gateway itself; each is `active` until there is room again. */
export const diskFilling = 'diskFilling'
export const diskNearlyFull = 'diskNearlyFull'
/** The worse one first: it gives the case its name when both come at once. */
export const diskEvents = [diskNearlyFull, diskFilling] as const

export type DiskEvent = (typeof diskEvents)[number]

/** Undefined: not known yet. */
export type DiskStanding = Record<DiskEvent, boolean | undefined>

/** An alarm that came goes only well beyond what raised it, so that none comes and goes by turns. */
const clear = { fillingDays: 45, nearlyFullDays: 10, percent: 3, fullBytes: 4 * fullBytes }

/**
 * Which alarms hold. A machine that has little room and does not fill is the health page's affair;
 * one whose end is in sight is a case for somebody. `isPaceKnown` false: what the pace raised stays.
 */
export function diskStanding(
  disk: DiskSpace,
  before: DiskStanding,
  isPaceKnown: boolean,
): DiskStanding {
  const { freeBytes } = disk
  const days = disk.daysLeft ?? Number.POSITIVE_INFINITY
  const isShort = freePercent(disk) < badPercent || isFull(disk)
  const isStillShort = freePercent(disk) < clear.percent || freeBytes < clear.fullBytes
  const wasNearlyFull = before[diskNearlyFull]
  const isNearlyFull = wasNearlyFull
    ? isStillShort || days < clear.nearlyFullDays
    : isShort || days < badDays
  const isFilling = days < (before[diskFilling] ? clear.fillingDays : warnDays)
  return {
    [diskFilling]: isPaceKnown ? isFilling : before[diskFilling],
    [diskNearlyFull]: isNearlyFull || isPaceKnown || wasNearlyFull ? isNearlyFull : undefined,
  }
}
