import { createPurge } from '../pipeline/purge.ts'
import { createAuditTrim } from '../storage/audit-trim.ts'
import { createRoundTrim, createTopicTrim } from '../storage/camera-trims.ts'
import { createCheckinTrim } from '../storage/checkin-trim.ts'
import { keptPosition } from '../storage/correlation-store.ts'
import { createDeliveryTrim } from '../storage/delivery-trim.ts'
import { createOutboxTrim } from '../storage/outbox-trim.ts'
import { createPicturePurge } from '../storage/picture-purge.ts'
import { createSeriesPurge } from '../storage/series-purge.ts'
import { createVoicePurge } from '../storage/voice-purge.ts'
import type { House, Stores } from './house.ts'
import type { Patrols } from './patrols.ts'

/** What is removed by age, and the job that does it. */
export function createRetention(
  { config, db, key, clock, logger }: House,
  stores: Stores,
  patrols: Pick<Patrols, 'uploads' | 'readers'>,
) {
  const { observations, series, pictures, voices, audit, retention } = stores
  /** They all read the log: what one has not seen stays. */
  const seen = async () =>
    Math.min(await keptPosition(db), patrols.readers.position(), series.position())
  return createPurge({
    store: retention,
    purgeables: [
      createSeriesPurge(series),
      ...observations.purgeables(seen),
      createPicturePurge({ db, pictures, clock }),
      createVoicePurge({ db, voices, clock }),
      patrols.uploads.purgeable,
      createOutboxTrim({ db, clock }),
      createDeliveryTrim({ db, clock }),
      createRoundTrim(db),
      createCheckinTrim(db),
      createTopicTrim(db),
      createAuditTrim({ db, key, clock }),
    ],
    audit,
    clock,
    timeZone: config.timeZone,
    warn: (text) => logger.warn(text),
  })
}
