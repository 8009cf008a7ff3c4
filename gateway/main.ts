import { pino } from 'pino'
import { compose, type Gateway } from './compose.ts'
import { parseConfig, unknownSettings } from './config/config.ts'
import { explain } from './explain.ts'

/** Starts the gateway, says where it is, and drains when it is told to stop. */

const drainMs = 10_000

const logger = pino(
  process.stdout.isTTY
    ? {
        transport: {
          target: 'pino-pretty',
          options: { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' },
        },
      }
    : {},
)

/** Past the logger: a one-time code belongs to the terminal, and in no log. */
function tell(text: string): void {
  process.stdout.write(`\n${text}\n\n`)
}

function stopOnSignals(gateway: Gateway): void {
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    logger.info(`${signal}: finishing what is in flight`)
    setTimeout(() => {
      logger.error('not drained in time; what was acknowledged is stored all the same')
      process.exit(1)
    }, drainMs).unref()
    gateway.stop().then(
      () => {
        logger.info('stopped')
        process.exit(0)
      },
      (error: unknown) => {
        logger.error(explain(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
}

try {
  const config = parseConfig(process.env)
  for (const text of unknownSettings(process.env)) logger.warn(text)
  const gateway = await compose(config, { logger, tell })
  await gateway.start()
  stopOnSignals(gateway)
  const { host } = config.http
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  const [http, https] = [gateway.httpPort(), gateway.httpsPort()]
  const name = shown.includes(':') ? `[${shown}]` : shown
  const address = config.baseUrl ?? (https ? `https://${name}:${https}` : `http://${name}:${http}`)
  const mqttPort = gateway.mqttPort()
  const mqtt =
    config.mqtt.mode === 'embedded' ? `${config.mqtt.host}:${mqttPort}` : 'outside broker'
  logger.info(
    { http, https, mqtt: mqttPort, mqtts: gateway.mqttsPort() },
    `联巡 Lianxun is ready: ${address} · MQTT ${mqtt}`,
  )
  for (const text of await gateway.nextSteps(address)) tell(text)
} catch (error) {
  logger.fatal(explain(error))
  // The pretty printer writes from a thread of its own.
  setTimeout(() => process.exit(1), 200)
}
