import type { ReactNode } from 'react'
import type { CameraView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { makerAndModel, streamWords } from './camera-words.ts'

/** More than this, and its times cannot be trusted. */
const muchOffMs = 5_000

/** What it is and can do, as it said when it was asked last. */
export function CameraFacts({ camera }: { camera: CameraView }) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const { abilities } = camera
  if (!abilities)
    return (
      <section className="panel camera-panel">
        <h2 className="panel-title">{t('camera.facts')}</h2>
        <p className="second">{t('camera.factsNone')}</p>
      </section>
    )
  const yes = (is: boolean) => t(is ? 'camera.yes' : 'camera.no')
  const rows: [string, ReactNode][] = [
    [t('camera.model'), <Quoted key="m">{makerAndModel(camera) ?? '—'}</Quoted>],
    [t('camera.firmware'), <Quoted key="f">{abilities.firmware || '—'}</Quoted>],
    [t('camera.serial'), <Quoted key="s">{abilities.serial || '—'}</Quoted>],
    [t('camera.picture'), <Quoted key="p">{streamWords(abilities) ?? '—'}</Quoted>],
    [t('camera.events'), yes(abilities.events)],
    [t('camera.snapshot'), yes(abilities.snapshot)],
    [t('camera.ptz'), ptzWords(camera, t)],
    [t('camera.clock'), clockWords(abilities.clockOffsetMs, words)],
    [t('camera.askedAt'), shortTime(abilities.probedAt, now, zone)],
  ]
  return (
    <section className="panel camera-panel">
      <h2 className="panel-title">{t('camera.facts')}</h2>
      <dl className="pairs">
        {rows.map(([name, value]) => (
          <Pair key={name} name={name}>
            {value}
          </Pair>
        ))}
      </dl>
    </section>
  )
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** As the camera itself said it. */
function Quoted({ children }: { children: string }) {
  return <span lang="und">{children}</span>
}

type TownWords = ReturnType<typeof useTown>['words']

function ptzWords({ abilities }: CameraView, t: TownWords['t']): string {
  const ptz = abilities?.ptz
  if (!ptz) return t('camera.no')
  const presets = t('camera.presets', { n: ptz.presets.length })
  return `${t(ptz.absolute ? 'camera.ptzAbsolute' : 'camera.ptzByHand')} · ${presets}`
}

function clockWords(offsetMs: number, { t, durations }: TownWords): string {
  if (Math.abs(offsetMs) < muchOffMs) return t('camera.clockRight')
  const off = formatRough(Math.abs(offsetMs), durations)
  return t(offsetMs > 0 ? 'camera.clockFast' : 'camera.clockSlow', { off })
}
