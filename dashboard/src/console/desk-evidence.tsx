import { useQuery } from '@tanstack/react-query'
import { camerasQuery } from '../api/camera-queries.ts'
import type { CaseView, DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { EvidenceChart, type EvidenceChoice } from '../cases/evidence-chart.tsx'
import { EvidencePicture } from '../cases/evidence-picture.tsx'
import { LiveBeside } from './live-beside.tsx'
import { liveCameraOf } from './live-camera.ts'

interface EvidenceProps {
  one: CaseView
  choice: EvidenceChoice
  devices: readonly DeviceView[]
  isLive: boolean
  onLive: (isLive: boolean) => void
}

/** The picture at alarm time beside what is to be seen now; without a camera near, the pictures or the reading. */
export function DeskEvidence({ one, choice, devices, isLive, onLive }: EvidenceProps) {
  const { t } = useTown().words
  const cameras = useQuery(camerasQuery).data ?? []
  const live = liveCameraOf(one, choice.main, cameras)
  const device = (id: string) => devices.find((item) => item.id === id)
  const isShown = isLive && live !== null
  const pictures = isShown ? choice.pictures.slice(0, 1) : choice.pictures
  const charted = choice.charted && device(choice.charted.device)
  const chart = (
    <section className="panel desk-chart">
      <EvidenceChart alarm={choice.charted} device={charted} />
    </section>
  )
  return (
    <>
      {live !== null && (
        <div className="desk-pair-head">
          <span>{t('desk.atAlarm')}</span>
          <button
            type="button"
            className="desk-live-toggle"
            aria-pressed={isLive}
            aria-keyshortcuts="L"
            onClick={() => onLive(!isLive)}
          >
            {t('desk.live')} <kbd className="kbd">L</kbd>
          </button>
        </div>
      )}
      {pictures.length === 0 && !isShown ? (
        chart
      ) : (
        <div className={`desk-pictures n${Math.max(1, pictures.length) + Number(isShown)}`}>
          {pictures.length === 0 && chart}
          {pictures.map((alarm) => (
            <EvidencePicture key={alarm.id} alarm={alarm} device={device(alarm.device)} />
          ))}
          {isShown && <LiveBeside choice={live} />}
        </div>
      )}
    </>
  )
}
