/** An InfluxDB that keeps the time series instead of files. */
export interface InfluxConfig {
  /** http or https, without a trailing slash. */
  url: string
  token: string | undefined
  org: string | undefined
  bucket: string
}

interface InfluxSettings {
  LIANXUN_INFLUX_URL?: string | undefined
  LIANXUN_INFLUX_TOKEN?: string | undefined
  LIANXUN_INFLUX_ORG?: string | undefined
  LIANXUN_INFLUX_BUCKET?: string | undefined
}

const names = ['LIANXUN_INFLUX_TOKEN', 'LIANXUN_INFLUX_ORG', 'LIANXUN_INFLUX_BUCKET'] as const

/** What does not go together; no value is repeated, for one of them is a secret. */
export function influxProblems(set: InfluxSettings): string[] {
  const { LIANXUN_INFLUX_URL: url, LIANXUN_INFLUX_TOKEN: token } = set
  if (url === undefined) {
    const alone = names.filter((name) => set[name] !== undefined)
    if (alone.length === 0) return []
    return [
      `${alone.join(', ')} mean${alone.length === 1 ? 's' : ''} nothing without LIANXUN_INFLUX_URL; set it too, or unset ${alone.length === 1 ? 'it' : 'them'} to keep time series in files`,
    ]
  }
  const problems: string[] = []
  if (set.LIANXUN_INFLUX_BUCKET === undefined) {
    problems.push(
      'LIANXUN_INFLUX_BUCKET must be set when LIANXUN_INFLUX_URL is: the bucket of InfluxDB 2, the database of 1.8 or 3',
    )
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    problems.push(
      'LIANXUN_INFLUX_TOKEN must be one word of plain letters and signs, as InfluxDB shows it (user:password with InfluxDB 1.8)',
    )
  }
  if (set.LIANXUN_INFLUX_ORG !== undefined && token === undefined) {
    problems.push(
      'LIANXUN_INFLUX_TOKEN must be set when LIANXUN_INFLUX_ORG is: only InfluxDB 2 has organisations, and it lets nobody in without a token',
    )
  }
  return [...problems, ...addressProblems(url)]
}

function addressProblems(url: string): string[] {
  // Its own check has said so.
  if (!URL.canParse(url)) return []
  const { username, password, search, hash } = new URL(url)
  const problems: string[] = []
  if (username || password) {
    problems.push(
      'LIANXUN_INFLUX_URL must not hold a user or password, because it is shown; put user:password into LIANXUN_INFLUX_TOKEN',
    )
  }
  if (search || hash) {
    problems.push('LIANXUN_INFLUX_URL must be an address without ? and #, such as http://host:8086')
  }
  return problems
}

export function influxConfig(set: InfluxSettings): InfluxConfig | undefined {
  const { LIANXUN_INFLUX_URL: url, LIANXUN_INFLUX_BUCKET: bucket } = set
  if (url === undefined || bucket === undefined) return undefined
  return {
    url: url.replace(/\/+$/, ''),
    token: set.LIANXUN_INFLUX_TOKEN,
    org: set.LIANXUN_INFLUX_ORG,
    bucket,
  }
}
