import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeSeriesStore } from '../../contract/series-store.ts'
import { createSeriesHouse } from '../../support/series-house.ts'

const clock = { now: () => Date.UTC(2026, 4, 20, 4), monotonic: () => 0 }

describeSeriesStore('files', async (timeZone) => {
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-series-store-'))
  const house = createSeriesHouse({ directory, timeZone, clock, settleEveryMs: 500 })
  await house.start()
  return {
    ...house,
    async stop() {
      await house.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
})
