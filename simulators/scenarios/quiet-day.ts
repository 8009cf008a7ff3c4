import { minuteMs, type Scenario } from './play.ts'

const durationMs = 24 * 60 * minuteMs

/** Nothing happens: curves, noise and the odd drop-out. No alarm may come of it. */
export const quietDay: Scenario = {
  name: 'quiet-day',
  en: 'A quiet day',
  zh: '平静的一天',
  durationMs,
  defaultVillage: '990101101207',
  stage: ({ startMs }) => ({
    startMs,
    endMs: startMs + durationMs,
    expects: [],
    lines: [{ atMs: startMs, en: 'A quiet day begins', zh: '平静的一天开始了' }],
    moments: [],
  }),
}
