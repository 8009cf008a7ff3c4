import { useMemo } from 'react'
import type { CaseDetail, CaseView, DeviceView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayOf, shortTime, timeOfDay, timeWithSeconds } from '../app/time.ts'
import { type TownView, useTown } from '../app/town.ts'
import { entryWords } from '../cases/timeline-words.ts'
import { Badge } from '../parts/badge.tsx'
import { describeCause } from '../parts/words.ts'
import { type Lane, type LaneMark, lanesLayout } from './lanes-layout.ts'
import './lanes.css'

interface LanesProps {
  one: CaseView
  detail: CaseDetail | undefined
  devices: readonly DeviceView[]
}

const percent = (share: number) => `${share * 100}%`

export function Lanes({ one, detail, devices }: LanesProps) {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  // Whole ten seconds are enough for an axis of minutes and spare the layout a run every second.
  const shownNow = Math.floor(now / 10_000) * 10_000
  const cameras = useMemo(
    () => new Set(devices.filter((device) => device.kind === 'camera').map((device) => device.id)),
    [devices],
  )
  const layout = useMemo(
    () =>
      lanesLayout({
        evidence: detail?.evidence ?? [],
        timeline: detail?.timeline ?? [],
        openedAt: one.openedAt,
        dueAt: one.dueAt,
        now: shownNow,
        isCamera: (id) => cameras.has(id),
      }),
    [detail, one.openedAt, one.dueAt, shownNow, cameras],
  )
  return (
    <>
      <h2 className="panel-title">
        {t('lanes.title')}
        <small>
          {shortTime(layout.from, now, town.zone)} – {shortTime(layout.to, now, town.zone)}
        </small>
      </h2>
      <div className="lanes">
        <div className="lane-names">
          {layout.lanes.map((lane) => (
            <span key={lane.name}>{t(`lanes.${lane.name}`)}</span>
          ))}
        </div>
        <div className="lane-field">
          {layout.ticks.map((tick) => (
            <span key={tick.at} className="lane-tick" style={{ left: percent(tick.share) }}>
              {Math.abs(tick.share - layout.nowShare) > 0.06 && (
                <i>{tickWords(tick.at, layout.to - layout.from, town.zone)}</i>
              )}
            </span>
          ))}
          {layout.lanes.map((lane) => (
            <LaneRow key={lane.name} lane={lane} town={town} />
          ))}
          {layout.dueShare !== null && (
            <span
              className="lane-due"
              style={{ left: percent(layout.dueShare) }}
              title={t('lanes.due')}
            />
          )}
          <span className="lane-now" style={{ left: percent(layout.nowShare) }}>
            <b>{timeOfDay(now, town.zone)}</b>
          </span>
        </div>
      </div>
    </>
  )
}

/** Beyond two days the ticks stand a day apart or more, and a time would say nothing. */
function tickWords(at: number, spanMs: number, zone: string): string {
  return spanMs > 2 * 86_400_000 ? dayOf(at, zone).slice(5) : timeOfDay(at, zone)
}

function words(town: TownView, mark: LaneMark): string {
  if (mark.alarm)
    return `${mark.alarm.deviceName} ${describeCause(town.words, mark.alarm, town.zone)}`
  return mark.entry ? entryWords(town, mark.entry).title : ''
}

/** One lane: all marks, and the words of the newest on whichever side there is room. */
function LaneRow({ lane, town }: { lane: Lane; town: TownView }) {
  const first = lane.marks[0]
  const last = lane.marks.at(-1)
  const isLeft = first !== undefined && first.share > 0.4
  return (
    <div className="lane">
      {lane.stretch && (
        <span
          className={`lane-stretch is-${lane.stretch.severity}`}
          style={{
            left: percent(lane.stretch.from),
            width: percent(lane.stretch.to - lane.stretch.from),
          }}
        />
      )}
      {lane.marks.map((mark) => (
        <span
          key={mark.id}
          className="lane-mark"
          style={{ left: percent(mark.share) }}
          title={`${timeWithSeconds(mark.at, town.zone)} ${words(town, mark)}`}
        >
          {mark.severity === null ? (
            <i className="lane-dot" />
          ) : (
            <Badge severity={mark.severity} size={18} />
          )}
        </span>
      ))}
      {first && last && (
        <span
          className="lane-words one-line"
          style={
            isLeft
              ? {
                  right: `calc(${percent(1 - first.share)} + 14px)`,
                  maxWidth: `calc(${percent(first.share)} - 18px)`,
                }
              : {
                  left: `calc(${percent(last.share)} + 14px)`,
                  maxWidth: `calc(${percent(1 - last.share)} - 18px)`,
                }
          }
        >
          {words(town, last)}
        </span>
      )}
    </div>
  )
}
