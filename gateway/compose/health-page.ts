import { runBackupProcess } from '../backup/child.ts'
import { type BackupKeeper, createBackupKeeper } from '../backup/keeper.ts'
import { createHealthKeeper, type HealthKeeper, type HealthSources } from '../health/keeper.ts'
import type { CaseClocks } from '../pipeline/case-clocks.ts'
import type { DeliveryStore } from '../ports/notices.ts'
import { createHealthQueries } from '../storage/health-queries.ts'
import { productVersion } from '../version.ts'
import type { Disk } from './disk.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import type { Ways } from './ways.ts'

interface Looked {
  stores: Stores
  ways: Ways
  judgement: Judgement
  clocks: CaseClocks
  backups: BackupKeeper
  deliveries: Pick<DeliveryStore, 'waiting'>
  disk: Pick<Disk, 'space'>
}

/** Where the health page's figures come from. */
export function createHealthPage(house: House, looked: Looked): HealthKeeper {
  const { stores, deliveries, disk } = looked
  const queries = createHealthQueries(house.db)
  const sources: HealthSources = {
    quick: () => quickFigures(house, looked),
    async slow() {
      return {
        devices: await queries.devices(),
        quarantineWaiting: await stores.observations.quarantine.waiting(null),
        administratorsWithOneFactor: await queries.administratorsWithOneFactor(),
        notices: await deliveries.waiting(),
      }
    },
    disk: () => disk.space(),
    verifyAudit: () => stores.audit.verify(),
  }
  return createHealthKeeper({ sources, clock: house.clock, log: house.logger })
}

function quickFigures(house: House, { stores, ways, judgement, clocks, backups }: Looked) {
  const { correlator, watch } = judgement
  const observed = stores.observations.health()
  return {
    storeFailure: observed.failing,
    rules: {
      failure: correlator.trouble() ?? clocks.trouble(),
      waiting: Math.max(0, observed.newest - correlator.position()),
    },
    series: stores.series.state(),
    adapters: ways.supervised.map(({ adapter, way }) => ({
      name: adapter.name,
      trouble: way.trouble() ?? (adapter.connected() ? null : 'is not connected'),
    })),
    probe: probeFigures(house, ways),
    throttled: ways.throttled().size,
    backup: backups.state(),
    certificateUntil: house.tls?.state().notAfter ?? null,
    certificateProblem: house.tls?.state().problem ?? null,
    hasTown: watch.town().places.length > 0,
  }
}

function probeFigures({ clock }: House, { probe }: Ways) {
  const { lastOkAt, roundTripMs, failing } = probe.state()
  const silentS = lastOkAt === null ? 0 : Math.max(0, Math.round((clock.now() - lastOkAt) / 1000))
  return { failure: failing, silentS, lastMs: roundTripMs }
}

export function createBackups({ config, clock, logger }: House): BackupKeeper {
  const { dataDir, timeZone, backup } = config
  return createBackupKeeper({
    ...backup,
    dataDir,
    timeZone,
    clock,
    productVersion: productVersion(),
    run: runBackupProcess,
    log: logger,
  })
}
