import { type ParseArgsConfig, parseArgs } from 'node:util'
import { runAuditExport, runAuditVerify } from './cli/audit.ts'
import { runBackup } from './cli/backup.ts'
import { runDeviceAdd, runDeviceRotate } from './cli/device.ts'
import { runDoctor } from './cli/doctor.ts'
import { runExportSeries } from './cli/export-series.ts'
import { runImportSeries } from './cli/import-series.ts'
import { runMigrateSeries } from './cli/migrate-series.ts'
import { runRestore } from './cli/restore.ts'
import { say } from './cli/settings.ts'
import { runTlsDevice, runTlsInit, runTlsRenew } from './cli/tls.ts'
import { runTokenCreate } from './cli/token.ts'
import { runExport, runImport } from './cli/town.ts'
import { runUserAdd } from './cli/user.ts'
import { ConfigError } from './domain/errors.ts'
import { roles } from './domain/person.ts'
import { explain } from './explain.ts'

const help = `联巡 Lianxun

  lianxun import DIR [--secrets-out FILE]
      Import a town's files (any of places.geojson, devices.csv, users.csv, points.csv,
      routes.yaml, rules.yaml, hazards.yaml). Nothing is written unless all is right; importing
      again updates, and what is not mentioned stays. Generated secrets go to FILE
      (else to a new file in the data directory), readable by you only.
  lianxun export DIR
      Write the town as such files, without secrets.
  lianxun export-series --format csv|parquet|line [--device ID …] [--place CODE]
                        [--property NAME …] [--from TIME] [--to TIME] FILE
      Write readings to FILE (- is the standard output), also while the gateway runs.
  lianxun import-series FILE [--precision ns|us|ms|s]
      Read in readings from CSV, Parquet or InfluxDB line protocol, also while the gateway runs.
      Nothing is written unless all is right; doing it again doubles nothing.
  lianxun migrate-series --to influx|files [--from DATE] [--to-date DATE]
      Carry all readings to the other store; LIANXUN_INFLUX_URL must be set. It may be broken off
      and run again: it goes on where it was, and takes what has come since. Removes nothing.
  lianxun user add USERNAME --role ROLE [--scope CODE] [--name NAME] [--team NAME] [--unit NAME]
                   [--password-stdin]
      Add a person. ROLE: ${roles.join(', ')}.
      Without --scope the whole town; without --password-stdin a password is made and shown.
  lianxun token create NAME --role ROLE [--scope CODE] [--unit NAME] [--days 90]
      Make a token for a program; its secret is shown once. Without --scope the whole town. With
      --unit it acts for that unit on what lies with it.
  lianxun device add ID --kind KIND --village CODE --lon LON --lat LAT [--name NAME] [--adapter NAME]
                     [--address HOST]
      Add a device; its secret is shown once.
  lianxun device rotate ID [--immediately]
      Give a device a new secret, shown once. The old one opens too for 7 days or until the new one
      is used; with --immediately it is dropped, and whoever is connected with it is cut off.
  lianxun tls init [--host NAME …]
      Make a certificate authority and the server's certificate for NAME (names and addresses
      people and devices use), this machine's name and localhost. Says what to hand out.
  lianxun tls renew [--host NAME …]
      Renew the server's certificate; a running gateway takes it within a minute.
  lianxun tls device ID
      Make a client certificate for a device; its secret stays required.
  lianxun backup FILE [--force]
      Write everything to one file, also while the gateway runs. --force replaces FILE.
  lianxun restore FILE [--into DIR]
      Put a backup in the place of the data directory (or of DIR) while no gateway runs. All of it
      is checked before anything is replaced; what was there is kept beside it.
  lianxun audit verify [--known HASH]
      Read the whole audit log: was any entry changed, removed or put in? HASH, noted earlier,
      must stand in it. Ends with 1 and names the first entry that does not fit.
  lianxun audit export FILE
      Write the audit log to FILE, one entry a line, as JSON.
  lianxun doctor
      Check settings, data directory, disk space, ports, InfluxDB and town.

Settings come from the environment (LIANXUN_DATA_DIR and others): see .env.example.
`

type Options = NonNullable<ParseArgsConfig['options']>

/** Exactly the named words after the command, and the options it knows. */
function read<O extends Options>(args: string[], words: readonly string[], options: O) {
  const parsed = parseArgs({ args, options, allowPositionals: true, strict: true })
  const missing = words[parsed.positionals.length]
  if (missing) throw new ConfigError([`${missing} is missing; see lianxun --help`])
  const extra = parsed.positionals.slice(words.length)
  if (extra.length > 0) throw new ConfigError([`${extra.join(' ')}: too much; see lianxun --help`])
  return parsed
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

async function run(args: string[]): Promise<number> {
  const [command, ...rest] = args
  if (
    command === undefined ||
    args.includes('--help') ||
    args.includes('-h') ||
    command === 'help'
  ) {
    say(help)
    return command === undefined ? 1 : 0
  }
  const two = `${command} ${rest[0] ?? ''}`
  if (command === 'import') {
    const { positionals, values } = read(rest, ['DIR'], { 'secrets-out': text })
    await runImport(positionals[0] as string, values['secrets-out'])
  } else if (command === 'export') {
    await runExport(read(rest, ['DIR'], {}).positionals[0] as string)
  } else if (command === 'export-series') {
    const many = { ...text, multiple: true } as const
    const span = { from: text, to: text }
    const options = { format: text, device: many, place: text, property: many, ...span }
    const { positionals, values } = read(rest, ['FILE'], options)
    const { format, device, place, property, from, to } = values
    await runExportSeries(positionals[0] as string, { format, device, place, property, from, to })
  } else if (command === 'import-series') {
    const { positionals, values } = read(rest, ['FILE'], { precision: text })
    const { precision } = values
    return (await runImportSeries(positionals[0] as string, { precision })) ? 0 : 1
  } else if (command === 'migrate-series') {
    const { values } = read(rest, [], { to: text, from: text, 'to-date': text })
    const { to, from, 'to-date': toDate } = values
    return (await runMigrateSeries({ to, from, 'to-date': toDate })) ? 0 : 1
  } else if (two === 'user add') {
    const groups = { team: text, unit: text }
    const options = { role: text, scope: text, name: text, ...groups, 'password-stdin': flag }
    const { positionals, values } = read(rest.slice(1), ['USERNAME'], options)
    const { 'password-stdin': passwordStdin = false, ...rights } = values
    await runUserAdd(positionals[0] as string, { ...rights, passwordStdin })
  } else if (two === 'token create') {
    const options = { role: text, scope: text, unit: text, days: text }
    const { positionals, values } = read(rest.slice(1), ['NAME'], options)
    await runTokenCreate(positionals[0] as string, values)
  } else if (two === 'device add') {
    const options = {
      kind: text,
      village: text,
      lon: text,
      lat: text,
      name: text,
      adapter: text,
      address: text,
    }
    const { positionals, values } = read(rest.slice(1), ['ID'], options)
    await runDeviceAdd(positionals[0] as string, values)
  } else if (two === 'device rotate') {
    const { positionals, values } = read(rest.slice(1), ['ID'], { immediately: flag })
    await runDeviceRotate(positionals[0] as string, values.immediately ?? false)
  } else if (two === 'tls init' || two === 'tls renew') {
    const { values } = read(rest.slice(1), [], { host: { ...text, multiple: true } })
    const make = two === 'tls init' ? runTlsInit : runTlsRenew
    await make(values.host ?? [])
  } else if (two === 'tls device') {
    await runTlsDevice(read(rest.slice(1), ['ID'], {}).positionals[0] as string)
  } else if (command === 'backup') {
    const { positionals, values } = read(rest, ['FILE'], { force: flag })
    await runBackup(positionals[0] as string, values.force ?? false)
  } else if (command === 'restore') {
    const { positionals, values } = read(rest, ['FILE'], { into: text })
    await runRestore(positionals[0] as string, values.into)
  } else if (two === 'audit verify') {
    const { values } = read(rest.slice(1), [], { known: text })
    return (await runAuditVerify(values.known)) ? 0 : 1
  } else if (two === 'audit export') {
    await runAuditExport(read(rest.slice(1), ['FILE'], {}).positionals[0] as string)
  } else if (command === 'doctor') {
    read(rest, [], {})
    return (await runDoctor()) ? 0 : 1
  } else {
    throw new ConfigError([
      `lianxun ${args.join(' ')}: there is no such command; see lianxun --help`,
    ])
  }
  return 0
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`lianxun: ${explain(error)}\n`)
  process.exitCode = 1
}
