import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type CameraFleet, createCameraFleet } from '../simulators/camera-fleet.ts'
import { copyTown } from '../simulators/demo/town-copy.ts'
import { readDevices } from '../simulators/town.ts'
import { admin, importedGateway, runGateway } from './gateway.ts'

/** From what a camera sees to the case that has its picture, over ONVIF and a whole gateway. */

export interface CameraResult {
  cameras: number
  events: number
  /** From the event at the camera to the case on the desk. */
  caseMs: { p50: number; p95: number }
  /** And to the case with the camera's picture. */
  pictureMs: { p50: number; p95: number }
}

const patienceMs = 60_000
const askEveryMs = 10

interface Desk {
  get<Answer>(path: string): Promise<Answer>
  send(method: string, path: string, body: object): Promise<void>
}

async function signIn(http: string): Promise<Desk> {
  const headers = { 'content-type': 'application/json', 'x-lianxun': '1' }
  const session = { method: 'POST', headers, body: JSON.stringify(admin) }
  const answer = await fetch(`${http}/api/v1/session`, session)
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  async function ask(path: string, more: RequestInit = {}) {
    const all = { headers: { ...headers, cookie }, ...more }
    const said = await fetch(`${http}/api/v1${path}`, all)
    if (!said.ok) throw new Error(`${path}: ${said.status} ${await said.text()}`)
    return said
  }
  return {
    get: async <Answer>(path: string) => (await (await ask(path)).json()) as Answer,
    async send(method, path, body) {
      await ask(path, { method, body: JSON.stringify(body) })
    },
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const giveUp = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > giveUp) throw new Error(`waited ${patienceMs} ms for ${what}`)
    await wait(askEveryMs)
  }
}

interface Case {
  id: string
  version: number
  lastAlarm: { device: string } | null
}

interface CaseDetail extends Case {
  timeline: { act: string; pictures: string[] }[]
}

/** One fire, from its first word to the end of its case. */
async function measureOne(desk: Desk, fleet: CameraFleet, id: string) {
  const camera = fleet.cameras().get(id)
  if (!camera) throw new Error(`there is no camera ${id}`)
  const seen = { classes: ['Fire'] }
  const begun = performance.now()
  camera.alarms.objectsInside(true, seen)
  const opened = await until('the case', async () => {
    const { items } = await desk.get<{ items: Case[] }>('/cases?open=true&limit=50')
    return items.find(({ lastAlarm }) => lastAlarm?.device === id)
  })
  const caseMs = performance.now() - begun
  await until('its picture', async () => {
    const { timeline } = await desk.get<CaseDetail>(`/cases/${opened.id}`)
    return timeline.find(({ act, pictures }) => act === 'cameraPicture' && pictures.length > 0)
  })
  const pictureMs = performance.now() - begun
  camera.alarms.objectsInside(false, seen)
  await until('the end of the alarm', async () => {
    const { items } = await desk.get<{ items: unknown[] }>('/alarms?active=true&limit=50')
    return items.length === 0 ? true : undefined
  })
  const { version } = await desk.get<CaseDetail>(`/cases/${opened.id}`)
  const over = { action: 'void', reason: '演练', version }
  await desk.send('POST', `/cases/${opened.id}/actions`, over)
  return { caseMs, pictureMs }
}

function quantiles(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}

export async function measureCameras(folder: string, events: number): Promise<CameraResult> {
  const sample = join(import.meta.dirname, '..', 'examples', 'town')
  const { directory, access } = await copyTown(sample, join(folder, 'town'))
  const fleet = createCameraFleet({
    devices: readDevices(directory),
    seed: 1,
    ...access,
    rtspPort: 0,
  })
  await fleet.start()
  try {
    const settings = { LIANXUN_CAMERA_NETWORKS: '127.0.0.0/8' }
    const gateway = await runGateway(await importedGateway(folder, directory, settings))
    try {
      const desk = await signIn(gateway.http)
      await until('all cameras to be there', async () => {
        const { items } = await desk.get<{ items: { path: string }[] }>('/cameras')
        return items.every(({ path }) => path === 'up') ? true : undefined
      })
      const ids = [...fleet.cameras().keys()]
      const found: { caseMs: number; pictureMs: number }[] = []
      // The first of all pays for what is loaded once.
      await measureOne(desk, fleet, ids.at(-1) ?? '')
      for (let event = 0; event < events; event++) {
        found.push(await measureOne(desk, fleet, ids[event % ids.length] ?? ''))
      }
      return {
        cameras: ids.length,
        events,
        caseMs: quantiles(found.map(({ caseMs }) => caseMs)),
        pictureMs: quantiles(found.map(({ pictureMs }) => pictureMs)),
      }
    } finally {
      await gateway.stop()
    }
  } finally {
    await fleet.stop()
  }
}
