import type { Clock } from '../../ports/clock.ts'
import { createAsk } from './ask.ts'
import { identifier } from './influxql.ts'
import { readingMeasurement } from './lines.ts'
import { createPostLines } from './post-lines.ts'
import type { InfluxServer } from './server.ts'

/**
 * Whether the server can be read and written as the settings say; nothing is left there. Who may
 * write where is judged before the line is looked at, so a line that is none tells.
 */
export async function checkInfluxServer(
  server: InfluxServer,
  clock: Pick<Clock, 'now'>,
): Promise<{ reading: string | null; writing: string | null }> {
  const stop = new AbortController().signal
  const ask = createAsk(server, { clock, stop })
  const reading = await ask(`SELECT "pm25" FROM ${identifier(readingMeasurement)} LIMIT 1`).then(
    () => null,
    (error: Error) => error.message,
  )
  return { reading, writing: await checkWriting(server, { clock, stop }) }
}

async function checkWriting(
  server: InfluxServer,
  { clock, stop }: { clock: Pick<Clock, 'now'>; stop: AbortSignal },
): Promise<string | null> {
  const posted = await createPostLines(server, clock)(['lianxun_doctor'], stop)
  if (posted.kind === 'trouble') return posted.trouble.text
  // InfluxDB 2 answers a missing organisation as it answers a bad line.
  if (posted.kind === 'refused' && /\borg(ID)?\b/.test(posted.reason)) {
    return `InfluxDB at ${server.url} asks for an organisation (${posted.reason}). Set LIANXUN_INFLUX_ORG.`
  }
  return null
}
