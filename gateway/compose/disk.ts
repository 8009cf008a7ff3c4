import { statfs } from 'node:fs/promises'
import { createDiskWatch } from '../pipeline/disk-watch.ts'
import { createGatewayVoice } from '../pipeline/gateway-voice.ts'
import { createSeriesSizes } from '../pipeline/series-sizes.ts'
import { activeSeries } from '../storage/active-series.ts'
import { createDiskSamples } from '../storage/disk-samples.ts'
import type { House, Stores } from './house.ts'
import type { Ways } from './ways.ts'

/** The disk of the data directory: how full it is, when it will be full, and what says so. */
export function createDisk(house: House, stores: Stores, { ingest }: Pick<Ways, 'ingest'>) {
  const { config, db, clock, logger } = house
  const { series, devices, retention } = stores

  async function measure() {
    const { bavail, blocks, bsize } = await statfs(config.dataDir)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  }

  const watch = createDiskWatch({
    samples: createDiskSamples(db),
    measure,
    async seriesBytes() {
      const months = await series.sizes()
      return months && months.reduce((total, { bytes }) => total + bytes, 0)
    },
    say: createGatewayVoice({ ingest, devices, clock }),
    clock,
    logger,
  })
  const space = async () => watch.forecast(await measure())
  const sizes = createSeriesSizes({
    series,
    retention,
    perDay: () => watch.seriesPerDay(),
    activeSeries: (since) => activeSeries(db, since),
    disk: space,
    clock,
  })
  return { watch, space, sizes }
}

export type Disk = ReturnType<typeof createDisk>
