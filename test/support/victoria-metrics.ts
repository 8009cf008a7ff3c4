import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port.ts'
import { answers } from './influx-server.ts'

/** Takes what InfluxDB 2 takes, at the same address; what it has is read in its own way. */
export interface VictoriaMetrics {
  url: string
  /** `reading_pm25`: measurement and field. */
  points(metric: string): Promise<{ device: string; points: [number, number][] }[]>
  stop(): Promise<void>
}

export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-metrics-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    '/usr/bin/victoria-metrics',
    [`-storageDataPath=${directory}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=12'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await answers(child, `${url}/health`)
  return {
    url,
    async points(metric) {
      // What has just come cannot be read before.
      await fetch(`${url}/internal/force_flush`)
      const answer = await fetch(`${url}/api/v1/export?match[]=${metric}`)
      const text = await answer.text()
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const { metric: labels, values, timestamps } = JSON.parse(line) as Exported
          const points = timestamps.map((at, n): [number, number] => [at, values[n] ?? Number.NaN])
          return { device: labels.device, points }
        })
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface Exported {
  metric: { device: string }
  values: number[]
  timestamps: number[]
}
