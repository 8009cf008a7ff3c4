import { useQuery } from '@tanstack/react-query'
import { camerasQuery } from '../api/camera-queries.ts'
import type { CaseDetail, CaseView, DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { EvidenceChart, type EvidenceChoice } from '../cases/evidence-chart.tsx'
import { EvidencePicture } from '../cases/evidence-picture.tsx'
import { stillOf } from './case-still.ts'
import { LiveBeside } from './live-beside.tsx'
import { liveCameraOf } from './live-camera.ts'
import { StillPicture } from './still-picture.tsx'

interface EvidenceProps {
  one: CaseView
  detail: CaseDetail | undefined
  choice: EvidenceChoice
  devices: readonly DeviceView[]
  isLive: boolean
  onLive: (isLive: boolean) => void
}

/** The picture at alarm time beside what is to be seen now; without a camera near, the pictures or the reading. */
export function DeskEvidence({ one, detail, choice, devices, isLive, onLive }: EvidenceProps) {
  const { t } = useTown().words
  const cameras = useQuery(camerasQuery).data ?? []
  const live = liveCameraOf(one, choice.main, cameras)
  const device = (id: string) => devices.find((item) => item.id === id)
  const isShown = isLive && live !== null
  const pictures = isShown ? choice.pictures.slice(0, 1) : choice.pictures
  const still = pictures.length === 0 ? stillOf(detail, choice.main) : null
  const held = Math.max(1, pictures.length)
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
      {pictures.length === 0 && still === null && !isShown ? (
        chart
      ) : (
        <div className={`desk-pictures n${held + Number(isShown)}`}>
          {pictures.length === 0 && still === null && chart}
          {still !== null && <StillPicture still={still} />}
          {pictures.map((alarm) => (
            <EvidencePicture key={alarm.id} alarm={alarm} device={device(alarm.device)} />
          ))}
          {isShown && <LiveBeside choice={live} />}
        </div>
      )}
    </>
  )
}
