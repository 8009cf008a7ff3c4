import { useMemo } from 'react'
import type { DeviceView, PatrolCoverageView } from '../api/types.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'
import { Icon } from '../parts/icon.tsx'
import { unwalkedGrids, unwalkedToday } from './reach.ts'

const noDevices: readonly DeviceView[] = []
const noMarks: readonly MapMark[] = []

interface ReachTodayProps {
  points: PatrolCoverageView['points']
  /** Its column; -1: not among the days. */
  today: number
  village: string | null
  now: number
}

/** Where nobody was today is said first, and hatched on the map: it is no alarm. */
export function ReachToday({ points, today, village, now }: ReachTodayProps) {
  const town = useTown()
  const { t } = town.words
  const nobody = useMemo(() => unwalkedToday(points, today), [points, today])
  const hatched = useMemo(() => unwalkedGrids(points, today), [points, today])
  const spots = useMemo(() => {
    const order = new Map(nobody.map(({ id }, index) => [id, index + 1]))
    return points.map(
      ({ id, name, lon, lat }): MapSpot => ({
        id,
        point: [lon, lat],
        look: order.has(id) ? 'unwalked' : 'walked',
        label: name,
      }),
    )
  }, [points, nobody])
  const lastWords = (lastAt: number | null) =>
    lastAt === null
      ? t('reach.never')
      : t('reach.last', { time: shortTime(lastAt, now, town.zone) })
  return (
    <div className="reach-today">
      <section className="panel reach-nobody">
        <p className={nobody.length > 0 ? 'reach-said' : 'reach-said is-all'}>
          <Icon name={nobody.length > 0 ? 'place' : 'check'} size={18} />
          <strong>
            {nobody.length > 0 ? t('reach.today', { count: nobody.length }) : t('reach.todayAll')}
          </strong>
          {nobody.length > 0 && <small className="second">{t('reach.todayWhat')}</small>}
        </p>
        {nobody.length > 0 && (
          <ol aria-label={t('reach.today', { count: nobody.length })}>
            {nobody.map(({ id, name, grid, lastAt }) => (
              <li key={id} data-point={id}>
                <b>{name}</b>
                <span className="second one-line">{town.place(grid)}</span>
                <span className="second">{lastWords(lastAt)}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="panel reach-map">
        <p className="reach-map-legend second">
          <span>
            <i className="map-spot is-walked" /> {t('reach.mapWalked')}
          </span>
          <span>
            <i className="map-spot is-unwalked" /> {t('reach.mapUnwalked')}
          </span>
          <span>
            <i className="reach-hatch" /> {t('reach.mapHatched')}
          </span>
        </p>
        <TownMap
          places={town.places}
          devices={noDevices}
          marks={noMarks}
          spots={spots}
          hatched={hatched}
          focus={village ?? undefined}
          label={t('reach.map')}
        />
      </section>
    </div>
  )
}
