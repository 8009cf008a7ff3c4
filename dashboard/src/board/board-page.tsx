import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Select } from 'antd'
import { ApiError } from '../api/client.ts'
import { boardQuery, devicesQuery } from '../api/queries.ts'
import type { Board } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { dayInWords, timeOfDay } from '../app/time.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import { useIsStale } from '../live/live-status.ts'
import { TownMap } from '../map/town-map.tsx'
import { badgeState } from '../parts/badge.tsx'
import { BoardCases, RecentCases } from './board-cases.tsx'
import { BoardPatrols } from './board-patrols.tsx'
import { DayBars } from './day-bars.tsx'
import './board.css'

export function BoardPage() {
  const { code } = useParams({ from: '/signed-in/villages/$code' })
  const { t } = useTown().words
  const query = useQuery(boardQuery(code))
  const isStale = useIsStale()
  return (
    <Shell>
      <div className={isStale || query.isRefetchError ? 'board is-stale' : 'board'}>
        <BoardHead code={code} />
        {query.data ? (
          <BoardBody board={query.data} />
        ) : query.isError ? (
          <p className="said board-said" role="alert">
            {t(
              query.error instanceof ApiError && query.error.kind === 'notFound'
                ? 'board.missing'
                : 'failure.away',
            )}
          </p>
        ) : (
          <BoardSkeleton />
        )}
      </div>
    </Shell>
  )
}

function BoardHead({ code }: { code: string }) {
  const town = useTown()
  const { t, language } = town.words
  const navigate = useNavigate()
  const now = useNow()
  const villages = town.places.filter((place) => place.level === 'village')
  const hasTown = villageOfScope(town.session.person.scope) === null
  return (
    <header className="board-head">
      <h1>{town.place(code)}</h1>
      {hasTown && (
        <Select
          className="board-switch"
          aria-label={t('board.switch')}
          value={code}
          onChange={(next) => void navigate({ to: '/villages/$code', params: { code: next } })}
          options={villages.map((place) => ({ value: place.code, label: place.name }))}
        />
      )}
      <span className="board-date second">{dayInWords(now, town.zone, language)}</span>
      <time className="board-time">{timeOfDay(now, town.zone)}</time>
    </header>
  )
}

function BoardSkeleton() {
  return (
    <div className="board-grid" aria-busy="true">
      {['season', 'cases', 'patrols', 'map', 'recent', 'devices'].map((area) => (
        <div key={area} className={`panel board-${area}`}>
          <div className="skeleton" style={{ height: '70%' }} />
        </div>
      ))}
    </div>
  )
}

function BoardBody({ board }: { board: Board }) {
  return (
    <div className="board-grid">
      <SeasonPanel board={board} />
      <BoardCases board={board} />
      <BoardPatrols board={board} />
      <MapPanel board={board} />
      <RecentCases board={board} />
      <DevicesPanel board={board} />
    </div>
  )
}

/** The last day of a season, MM-DD, as people say it. */
export function seasonEnd(to: string, language: 'zh' | 'en'): string {
  const [month = 1, day = 1] = to.slice(-5).split('-').map(Number)
  if (language === 'zh') return `${month}月${day}日`
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(Date.UTC(2024, month - 1, day))
}

function SeasonPanel({ board }: { board: Board }) {
  const { t, language } = useTown().words
  const names: Record<string, string> = {
    burnBan: t('season.burnBan'),
    fireSeason: t('season.fireSeason'),
    floodSeason: t('season.floodSeason'),
  }
  return (
    <section className="panel board-season">
      <h2 className="board-label">{t('board.season')}</h2>
      {board.seasons.length === 0 && <p className="board-season-name">{t('board.noSeason')}</p>}
      {board.seasons.map((season) => (
        <div key={season.id}>
          <p className="board-season-name">
            {language === 'zh' ? season.name : (names[season.id] ?? season.name)}
          </p>
          <p className="second">{t('board.until', { date: seasonEnd(season.to, language) })}</p>
        </div>
      ))}
      {board.seasons.some((season) => season.id === 'fireSeason' || season.id === 'burnBan') && (
        <p className="board-season-ask">{t('board.noFire')}</p>
      )}
    </section>
  )
}

function MapPanel({ board }: { board: Board }) {
  const town = useTown()
  const navigate = useNavigate()
  const devices = useQuery(devicesQuery).data ?? []
  const own = devices.filter((device) => device.village === board.village.code)
  const marks = board.cases.map((one) => ({
    id: one.id,
    point: [one.lon, one.lat] as [number, number],
    severity: one.severity,
    state: badgeState(one),
    label: town.title(one),
    onOpen: () => void navigate({ to: '/cases/$id', params: { id: one.id } }),
  }))
  return (
    <section className="panel board-map">
      <TownMap
        places={town.places}
        devices={own}
        marks={marks}
        focus={board.village.code}
        label={town.words.t('map.village', { name: board.village.name })}
      />
    </section>
  )
}

function DevicesPanel({ board }: { board: Board }) {
  const { t } = useTown().words
  return (
    <section className="panel board-devices">
      <div className="board-line">
        <h2 className="board-label">{t('board.devices')}</h2>
        <p>
          <span className="figure board-figure">{board.devicesOnline}</span>
          <span className="quiet board-of"> / {board.devices}</span>
        </p>
      </div>
      <h2 className="board-label board-days-label">{t('board.days')}</h2>
      <DayBars days={board.days} />
    </section>
  )
}
