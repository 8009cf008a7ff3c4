import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createPictureCleaner } from '../pictures/clean-picture.ts'
import { createPatrolUploads } from '../pipeline/patrol-uploads.ts'
import { createUploadKeeper } from '../pipeline/upload-keeper.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createUploadParts } from '../storage/upload-parts.ts'
import { createUploadStore } from '../storage/upload-store.ts'
import type { House, Stores } from './house.ts'

/** What phones send piece by piece. */
export function composeUploads(house: House, { pictures, voices }: Stores) {
  const { config, db, key, clock, logger } = house
  const store = createUploadStore(db, createAuditChain({ key, clock }))
  const parts = createUploadParts(join(config.dataDir, 'uploads'))
  const keeper = createUploadKeeper({
    store,
    parts,
    clean: createPictureCleaner(),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    pictures,
    voices,
    clock,
  })
  return createPatrolUploads({ store, parts, keeper, clock, logger })
}
