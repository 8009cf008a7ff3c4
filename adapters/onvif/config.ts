import { z } from 'zod'

/** Bounds of everything that is asked of a camera; each is there because a camera exceeded it. */
export const onvifConfigSchema = z.strictObject({
  /**
   * How long the camera may keep a pull waiting. A camera that hangs right after a pull began is
   * noticed when the next one fails: twice this and the grace, within 15 s.
   */
  pullTimeoutMs: z.int().min(50).max(60_000).default(4_000),
  /** Beyond the pull's own time. */
  pullGraceMs: z.int().min(50).max(60_000).default(4_000),
  /** The first pull after a subscription only proves the path, so it is short. */
  firstPullTimeoutMs: z.int().min(10).max(60_000).default(1_000),
  /** Any other request, from connecting to its last byte. */
  requestTimeoutMs: z.int().min(50).max(60_000).default(5_000),
  maxResponseBytes: z.int().min(1_024).default(1_048_576),
  maxStillBytes: z.int().min(1_024).default(8_388_608),
  /** Short, so that a camera is soon rid of a subscription that nobody could end. */
  subscriptionMs: z.int().min(1_000).default(180_000),
  /** Renewed when less than this is left. */
  renewBeforeMs: z.int().min(0).default(90_000),
  messageLimit: z.int().min(1).max(1_000).default(100),
  /** Between two pulls that brought something; a flood is taken at this rate. */
  pullGapMs: z.int().min(0).default(100),
  /** Between two pulls that brought nothing at once, or were reset: no hot loop. */
  emptyPullGapMs: z.int().min(0).default(1_000),
  firstBackoffMs: z.int().min(1).default(1_000),
  longestBackoffMs: z.int().min(1).default(30_000),
  /** After so long without a path for events the camera is faulty. */
  pathLostAfterMs: z.int().min(1).default(180_000),
  /** A camera that is there says so this often, though nothing happens. */
  statusEveryMs: z.int().min(1).default(300_000),
  /** While something stands, all states are asked for this often: an end may have been lost. */
  resyncEveryMs: z.int().min(1).default(600_000),
  /** What the camera did not name so long after it was asked for its states does not stand. */
  settleMs: z.int().min(0).default(5_000),
  /** A camera without events is asked this often whether it is there. */
  aliveEveryMs: z.int().min(1).default(10_000),
  discoveryMs: z.int().min(50).max(30_000).default(3_000),
  /** host:port asked beside the multicast group: networks that multicast does not reach. */
  discoveryTargets: z
    .array(z.string().regex(/^[^:]+:\d{1,5}$/))
    .max(64)
    .default([]),
  /** A camera's own time counts while it is no further off than this. */
  plausibleTimeMs: z.int().min(0).default(300_000),
})

export type OnvifConfig = z.input<typeof onvifConfigSchema>
export type OnvifSettings = z.output<typeof onvifConfigSchema>
