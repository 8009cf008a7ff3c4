import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findScenario, scenarios } from '../scenarios/all.ts'
import type { Scenario } from '../scenarios/play.ts'

export interface DemoOptions {
  port: number
  mqttPort: number
  directory: string
  keep: boolean
  simulators: boolean
  /** Undefined: the usual programme. */
  scenario: Scenario | undefined
}

export const demoHelp = `Starts Lianxun with a sample town and simulated devices.

  npm run demo -- [--port 8080] [--mqtt-port 1883] [--keep] [--no-simulators] [--scenario NAME]
               [--directory data/demo]

  --keep           goes on with the last demo's data instead of starting afresh
  --no-simulators  only the gateway with the sample town; devices are yours to play
  --scenario       one of ${scenarios.map((s) => s.name).join(', ')}
                   instead of the usual programme
`

function portFrom(text: string, name: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Error(`--${name} must be a port number, such as 8080; found ${text}`)
}

/** Undefined when help was asked for. */
export function demoOptionsFrom(args: string[], root: string): DemoOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      'mqtt-port': { type: 'string', default: '1883' },
      directory: { type: 'string', default: join(root, 'data', 'demo') },
      keep: { type: 'boolean', default: false },
      'no-simulators': { type: 'boolean', default: false },
      scenario: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    port: portFrom(values.port, 'port'),
    mqttPort: portFrom(values['mqtt-port'], 'mqtt-port'),
    directory: values.directory,
    keep: values.keep,
    simulators: !values['no-simulators'],
    scenario: values.scenario === undefined ? undefined : findScenario(values.scenario),
  }
}
