import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createPictureCleaner } from '../pictures/clean-picture.ts'
import { createPatrolUploads } from '../pipeline/patrol-uploads.ts'
import type { UploadAdmission } from '../pipeline/upload-admission.ts'
import { createUploadKeeper } from '../pipeline/upload-keeper.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createUploadParts } from '../storage/upload-parts.ts'
import { createUploadStore } from '../storage/upload-store.ts'
import type { House, Stores } from './house.ts'

/** At most 1 MB each, and the phone made them small. */
const sentByPhones = { atOnce: 2, most: 64 }

/** What phones send piece by piece. */
export function composeUploads(
  house: House,
  { pictures, voices }: Stores,
  admission: UploadAdmission,
) {
  const { config, db, key, clock, logger } = house
  const store = createUploadStore(db, createAuditChain({ key, clock }))
  const parts = createUploadParts(join(config.dataDir, 'uploads'))
  const keeper = createUploadKeeper({
    store,
    parts,
    clean: createPictureCleaner(sentByPhones),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    pictures,
    voices,
    clock,
  })
  return createPatrolUploads({ store, parts, keeper, admission, clock, logger })
}
