import type { Config } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { day } from '../tls/certificate.ts'
import { initTls, makeDeviceCertificate, renewServer, tlsFolder } from '../tls/tls-files.ts'
import { noteCommand } from './note-command.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

/** Certificates of the installation's own authority. */

function handOut(ca: string, host: string): string {
  return `Hand out ${ca} (it is no secret) to every phone, PC and device, and nothing else of that folder:
  Android   Settings → Security → Install a certificate → CA certificate
  iPhone    open the file, Settings → Profile downloaded → Install; then General → About →
            Certificate Trust Settings → switch it on
  Windows   double-click → Install → Local Machine → Trusted Root Certification Authorities
  Linux     copy to /usr/local/share/ca-certificates/lianxun.crt, run update-ca-certificates
  Firefox   Settings → Certificates → View Certificates → Authorities → Import
  devices   mosquitto_pub --cafile ca.crt -h ${host} -p 8883 …`
}

async function noteCertificate(config: Config, names: readonly string[]): Promise<void> {
  const subject = `certificate:${names[0]}`
  await withDatabase(config, (db) =>
    noteCommand(config, db, { act: 'makeCertificate', subject, detail: names.join(', ') }),
  )
}

export async function runTlsInit(hosts: readonly string[]): Promise<void> {
  const config = cliConfig()
  const files = tlsFolder(config.dataDir)
  const made = await initTls(files, hosts, Date.now())
  await noteCertificate(config, made.hosts)
  say(
    `Certificate for ${made.hosts.join(', ')}: ${files.server.cert}, until ${day(made.notAfter)}.`,
  )
  say(`Start the gateway again: it then speaks HTTPS and MQTTS beside HTTP and MQTT.`)
  say(handOut(files.ca.cert, made.hosts[0] as string))
  say(`Keep ${files.ca.key} to yourself: who has it can pretend to be this gateway.`)
}

export async function runTlsRenew(hosts: readonly string[]): Promise<void> {
  const config = cliConfig()
  const files = tlsFolder(config.dataDir)
  const made = await renewServer(files, hosts, Date.now())
  await noteCertificate(config, made.hosts)
  say(
    `Certificate for ${made.hosts.join(', ')}: ${files.server.cert}, until ${day(made.notAfter)}.`,
  )
  say('A running gateway takes it within a minute. Nothing has to be handed out again.')
}

export async function runTlsDevice(id: string): Promise<void> {
  const config = cliConfig()
  const known = await withDatabase(config, async (db) => {
    const { devices } = await createTownRepository({ db, timeZone: config.timeZone }).contents()
    return devices.some((device) => device.id === id)
  })
  if (!known) throw new ConfigError([`there is no device ${id}; add it first: lianxun device add`])
  const files = tlsFolder(config.dataDir)
  const made = await makeDeviceCertificate(files, id, Date.now())
  await noteCertificate(config, [`device ${id}`])
  say(
    `Certificate of ${id}, until ${day(made.notAfter)}. Hand out these three, and delete the key here then:`,
  )
  for (const file of [made.cert, made.key, files.ca.cert]) say(`  ${file}`)
  say(
    `Its secret stays required: mosquitto_pub --cafile ca.crt --cert ${id}.crt --key ${id}.key -u ${id} -P SECRET …`,
  )
}
