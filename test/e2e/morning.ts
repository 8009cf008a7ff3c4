import type { Browser } from 'playwright-core'
import type { TownDevices } from './town-devices.ts'

/** A morning that gives every page something to show. */

const hills = `<body style="margin:0"><svg width="960" height="540" viewBox="0 0 960 540" xmlns="http://www.w3.org/2000/svg">
<rect width="960" height="540" fill="#b9c6cf"/><path d="M0 300 160 190 320 280 520 170 720 270 960 180V540H0Z" fill="#9fb0b3"/>
<path d="M470 330q-40-80 0-150t80-120q60 40 10 110t-50 160Z" fill="#e9ebea" opacity=".8"/>
<path d="M0 380 200 290 420 370 640 300 960 360V540H0Z" fill="#76898a"/><path d="M0 440 240 390 520 430 760 400 960 440V540H0Z" fill="#52685f"/></svg></body>`

export async function picture(browser: Browser): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } })
  await page.setContent(hills)
  const jpeg = await page.screenshot({ type: 'jpeg', quality: 70 })
  await page.close()
  return jpeg.toString('base64')
}

const wave = (minute: number) => 34 + 4 * Math.sin(minute / 7) + 2 * Math.sin(minute / 2.3)

/** Two hours of quiet, then a field burns, smoke rises, a camera sees it, a device talks nonsense. */
export async function playMorning(devices: TownDevices, image: string): Promise<void> {
  const now = Date.now()
  for (const village of [1, 2, 3, 7]) {
    for (const station of [1, 2, 3, 4, 5, 6]) {
      const rows = Array.from({ length: 121 }, (_, minute) => ({
        ts: now - (120 - minute) * 60_000,
        readings: {
          pm25:
            Math.round(
              (wave(minute + station * 3 + village) +
                (village === 2 && station === 4 && minute > 108 ? (minute - 108) * 11 : 0)) *
                10,
            ) / 10,
          temperature: 18 + station / 2,
          humidity: 61 - station,
        },
      }))
      for (let start = 0; start < rows.length; start += 40)
        await devices.history(`v${village}-pm${station}`, rows.slice(start, start + 40))
    }
  }
  const smoke = Array.from({ length: 60 }, (_, step) => ({
    ts: now - (60 - step) * 30_000,
    readings: {
      smoke: step < 54 ? 0.4 + (step % 3) / 10 : 1 + (step - 53) * 1.3,
      temperature: 17,
      battery: 88,
    },
  }))
  await devices.history('v5-smoke2', smoke)
  for (const seconds of [50, 40])
    await devices.event('v7-cam1', {
      ts: now - seconds * 1000,
      id: `fire-${seconds}`,
      type: 'smoke',
      confidence: 0.87,
      bearingDeg: 56,
      image,
    })
  await devices.event('v3-sos1', { ts: now - 400_000, id: 'help-1', type: 'help', state: 'pulse' })
  await devices.raw('v4-pm1', 'telemetry', '{"readings":{"pm25":"high"}}')
  await devices.raw('v4-pm2', 'telemetry', 'PM2.5=81;T=19')
  await devices.raw('v4-pm3', 'telemetry', JSON.stringify({ ts: 1000, readings: { pm25: 40 } }))
}
