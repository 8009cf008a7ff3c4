import { createSeriesHouse } from '../../support/series-house.ts'

/**
 * A process that is killed while it writes: appends readings of a device of its own as fast as it
 * can and prints each that was committed, sends some of them twice, and puts every tenth message
 * into quarantine as well.
 */
const [directory = '', device = ''] = process.argv.slice(2)
const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const store = createSeriesHouse({ directory, clock })
await store.start()
process.stdout.write('ready\n')

// Two months, so that a kill may fall between their files.
const months = [Date.UTC(2026, 0, 10), Date.UTC(2026, 1, 10)]
let next = 0

async function writeOne(): Promise<void> {
  const n = next++
  const observedAt = (months[n % 2] as number) + n
  const reading = { kind: 'reading', device, property: 'pm25', value: n % 500 } as const
  await store.log.append([{ ...reading, observedAt, receivedAt: observedAt }])
  if (n % 7 === 0) await store.log.append([{ ...reading, observedAt, receivedAt: observedAt + 1 }])
  if (n % 10 === 0) {
    await store.quarantine.put({
      topic: `lianxun/990101101201/${device}/telemetry`,
      village: '990101101201',
      device,
      payload: Buffer.from(`wrong ${n}`),
      receivedAt: observedAt,
      failure: { reason: 'unparseable', detail: 'not JSON' },
    })
  }
  process.stdout.write(`${n}\n`)
}

async function writeForever(): Promise<never> {
  for (;;) await writeOne()
}

await Promise.all(Array.from({ length: 40 }, writeForever))
