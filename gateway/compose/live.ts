import { liveFormats } from '../domain/live-picture.ts'
import type { Sample } from '../http/services.ts'
import { createLiveRelay, type LiveFigures, type LiveRelay } from '../video/live-relay.ts'
import type { House } from './house.ts'
import type { Ways } from './ways.ts'

/** Live pictures of cameras, and what is counted of them. */
export interface Live extends LiveRelay {
  samples(): Sample[]
}

export function createLive(
  { clock, logger }: House,
  { adapters, guard }: Pick<Ways, 'adapters' | 'guard'>,
): Live {
  const relay = createLiveRelay({
    cameras: () => adapters.find((adapter) => adapter.cameras)?.cameras,
    guard,
    clock,
    warn: (text) => logger.warn(text),
  })
  return { ...relay, samples: () => liveSamples(relay.figures()) }
}

function liveSamples({ streams, viewers, restarts, refused }: LiveFigures): Sample[] {
  return [
    ...liveFormats.map(
      (format): Sample => ({
        name: 'lianxun_live_streams',
        kind: 'gauge',
        text: 'Cameras that an ffmpeg reads for those who look live.',
        labels: { format },
        value: streams[format],
      }),
    ),
    {
      name: 'lianxun_live_viewers',
      kind: 'gauge',
      text: 'Live pictures that are open.',
      value: viewers,
    },
    {
      name: 'lianxun_live_restarts_total',
      kind: 'counter',
      text: 'How often a live picture was begun again because it ended by itself.',
      value: restarts,
    },
    {
      name: 'lianxun_live_refused_total',
      kind: 'counter',
      text: 'Live pictures that were not opened because there were too many.',
      value: refused,
    },
  ]
}
