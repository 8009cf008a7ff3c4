import type { Config } from '../config/config.ts'
import { checkInfluxServer } from '../storage/influx/check-server.ts'
import type { Finding } from './doctor-tls.ts'

/** None while time series are kept in files. */
export async function checkInflux({ influx }: Pick<Config, 'influx'>): Promise<Finding[]> {
  if (!influx) return []
  const { reading, writing } = await checkInfluxServer(influx, Date)
  if (reading !== null && reading === writing) return [{ ok: false, text: reading }]
  const where = `${influx.bucket} at ${influx.url}`
  return [
    { ok: reading === null, text: reading ?? `time series can be read from ${where}` },
    { ok: writing === null, text: writing ?? `time series can be written to ${where}` },
  ]
}
