/**
 * `npm test`: runs every suite and then counts. A suite that ran no test is a failure, and so is a
 * skipped test under CI=true: a test that cannot run there proves nothing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const ci = process.env.CI === 'true'

const services: Record<string, string> = {
  '/usr/bin/chromium': 'chromium: the browser suites',
  '/usr/bin/ffmpeg': 'ffmpeg: the suites of camera streams',
  '/usr/sbin/mosquitto': 'mosquitto: the outside-broker suites',
  '/usr/bin/pdftoppm': 'poppler-utils: the suite of tag sheets',
  '/usr/bin/zbarimg': 'zbar-tools: the suite of tag sheets',
  '/usr/bin/influxd': 'influxdb: the suites of time series in an InfluxDB',
  '/usr/bin/victoria-metrics': 'victoria-metrics: the suite of what is written to an InfluxDB 2',
  '/usr/bin/mosquitto_pub': 'mosquitto-clients: the suites that publish with a foreign client',
}

interface AssertionResult {
  status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled'
}

interface JsonReport {
  success: boolean
  testResults: { name: string; status: string; assertionResults: AssertionResult[] }[]
}

interface Tally {
  passed: number
  failed: number
  skipped: number
}

function suiteOf(file: string): string {
  return relative(join(root, 'test'), file).split('/').slice(0, -1).join('/')
}

function tallyBySuite(report: JsonReport): Map<string, Tally> {
  const suites = new Map<string, Tally>()
  for (const file of report.testResults) {
    const suite = suiteOf(file.name)
    const tally = suites.get(suite) ?? { passed: 0, failed: 0, skipped: 0 }
    for (const { status } of file.assertionResults) {
      if (status === 'passed') tally.passed++
      else if (status === 'failed') tally.failed++
      else tally.skipped++
    }
    if (file.status === 'failed' && file.assertionResults.length === 0) tally.failed++
    suites.set(suite, tally)
  }
  return suites
}

for (const [path, what] of Object.entries(services)) {
  if (existsSync(path)) continue
  console.log(`missing ${what} ${ci ? 'cannot run' : 'are skipped (apt install it to run them)'}`)
  if (ci) process.exit(1)
}

const reportFile = join(mkdtempSync(join(tmpdir(), 'lianxun-test-')), 'report.json')
const filters = process.argv.slice(2)
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...filters,
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)

if (!existsSync(reportFile)) {
  console.error('The test run ended without a report; its output above says why.')
  process.exit(run.status || 1)
}

const suites = tallyBySuite(JSON.parse(readFileSync(reportFile, 'utf8')) as JsonReport)
const total: Tally = { passed: 0, failed: 0, skipped: 0 }
let empty = 0
for (const [suite, tally] of [...suites].sort(([a], [b]) => a.localeCompare(b))) {
  console.log(
    `${suite.padEnd(32)} ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`,
  )
  if (tally.passed + tally.failed === 0) empty++
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
}
if (empty > 0) console.log(`${empty} suite(s) ran no test`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)

const ok = run.status === 0 && total.failed === 0 && (!ci || (empty === 0 && total.skipped === 0))
process.exit(ok ? 0 : 1)
