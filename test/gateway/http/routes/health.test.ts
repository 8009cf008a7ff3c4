import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../adapters/mqtt/kit.ts'
import { type House, openHouse } from '../house.ts'
import { onAir, sayOnce } from '../on-air.ts'

/** For the machine's own watchers: Prometheus, systemd, a load balancer. */

let house: House

beforeAll(async () => {
  house = await openHouse()
})

afterAll(() => house?.stop())

interface Family {
  help: string
  type: string
  samples: Map<string, number>
}

const sampleLine =
  /^([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

/** Prometheus' own reading of the text format 0.0.4; throws where Prometheus would. */
function parseFigures(text: string): Map<string, Family> {
  expect(text.endsWith('\n')).toBe(true)
  const families = new Map<string, Family>()
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? []
    if (word === 'HELP') {
      if (families.has(name)) throw new Error(`${name} stands in two places`)
      families.set(name, { help: rest, type: '', samples: new Map() })
      current = name
    } else if (word === 'TYPE') {
      if (name !== current) throw new Error(`the type of ${name} stands under ${current}`)
      ;(families.get(name) as Family).type = rest
    } else {
      const [, of = '', labels = '', value] = sampleLine.exec(line) ?? []
      if (of === '' || of !== current) throw new Error(`no sample of ${current}: ${line}`)
      const { samples } = families.get(of) as Family
      if (samples.has(labels)) throw new Error(`${of}${labels} twice`)
      samples.set(labels, Number(value))
    }
  }
  return families
}

async function figures(): Promise<(name: string) => number> {
  const families = parseFigures((await house.ask('/metrics')).text)
  return (name) => {
    const [value] = families.get(name)?.samples.values() ?? []
    if (value === undefined) throw new Error(`no ${name}`)
    return value
  }
}

describe('/metrics', () => {
  it('is what Prometheus reads, each figure explained and of a known type', async () => {
    const answer = await house.ask('/metrics')
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = parseFigures(answer.text)
    expect(families.size).toBeGreaterThan(10)
    for (const [name, { help, type, samples }] of families) {
      expect(name).toMatch(/^lianxun_/)
      expect(help).toMatch(/^[A-Z].+\.$/)
      expect(['counter', 'gauge']).toContain(type)
      expect(name.endsWith('_total')).toBe(type === 'counter')
      expect(samples.size).toBeGreaterThan(0)
    }
  })

  it('counts what devices say, what is refused, and what waits', async () => {
    const before = await figures()
    const air = await onAir(house, 'v1-pm1')
    for (let n = 0; n < 5; n++) await air.say('telemetry', { readings: { pm25: n } })
    await air.say('telemetry', 'nonsense')
    await air.leave()
    await expect(onAir(house, 'v1-pm1', 'wrong')).rejects.toThrow()
    const after = await figures()
    const grew = (name: string) => after(name) - before(name)
    expect(grew('lianxun_adapter_messages_total')).toBeGreaterThanOrEqual(6)
    expect(grew('lianxun_adapter_connections_total')).toBeGreaterThanOrEqual(1)
    expect(grew('lianxun_adapter_refused_total')).toBe(1)
    expect(grew('lianxun_quarantine_waiting')).toBe(1)
    expect(grew('lianxun_log_head')).toBeGreaterThanOrEqual(5)
    expect(after('lianxun_devices')).toBe(117)
    expect(after('lianxun_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  })

  it('rules and series catch up with the log', async () => {
    await sayOnce(house, 'v2-pm1', 'telemetry', { readings: { pm25: 1 } })
    await until('rules and series to catch up', async () => {
      const now = await figures()
      return now('lianxun_correlator_lag') === 0 && now('lianxun_series_lag') === 0
    })
    expect((await figures())('lianxun_store_queue')).toBe(0)
  })

  it('names no person, place, device or path', async () => {
    const { text } = await house.ask('/metrics')
    expect(text).not.toMatch(/99010110|v1-pm1|operator|\/tmp|青石/)
  })
})

describe('/healthz and /readyz', () => {
  it('answer without a session, and are kept in no cache', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await house.ask(path)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })

  it('answer to HEAD, as balancers ask', async () => {
    const answer = await house.ask('/healthz', { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
  })

  it('are not for changing anything', async () => {
    expect((await house.ask('/healthz', { method: 'POST' })).status).toBe(404)
  })
})
