import { Button, Checkbox, Input } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import type { PointView, RouteView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { plansPatrols } from './patrol-roles.ts'
import { PointDialog } from './point-dialog.tsx'
import { PointRow } from './point-row.tsx'
import { PointsMap } from './points-map.tsx'
import { ScreenDialog } from './screen-dialog.tsx'
import { SheetDialog } from './sheet-dialog.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { usePointRemoval } from './use-point-acts.ts'
import { VillageSelect } from './village-select.tsx'

interface PointListProps {
  head: ReactNode
  points: readonly PointView[]
  routes: readonly RouteView[]
}

type Open =
  | { dialog: 'point'; point: PointView | null }
  | { dialog: 'tag' | 'screen'; point: PointView }
  | { dialog: 'sheet' }

export function PointList({ head, points, routes }: PointListProps) {
  const { words, session } = useTown()
  const { t } = words
  const [open, setOpen] = useState<Open | null>(null)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState<string | null>(null)
  const [village, setVillage] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const shown = useMemo(() => found(points, village, typed), [points, village, typed])
  const mayPlan = plansPatrols(session.person.role)
  return (
    <>
      <div className="page-head">
        {head}
        <span className="grow" />
        {mayPlan && points.length > 0 && (
          <Button className="sheet-open" onClick={() => setOpen({ dialog: 'sheet' })}>
            {t('sheet.open')}
          </Button>
        )}
        {mayPlan && (
          <Button
            type="primary"
            className="point-add"
            onClick={() => setOpen({ dialog: 'point', point: null })}
          >
            {t('points.add')}
          </Button>
        )}
      </div>
      {points.length === 0 ? (
        <div className="page-body">
          <div className="panel empty">
            <strong>{t('points.none')}</strong>
            <span>{t(mayPlan ? 'points.noneNext' : 'points.noneAsk')}</span>
          </div>
        </div>
      ) : (
        <div className="points">
          <section className="panel point-list" aria-label={t('points.points')}>
            <header className="point-filters">
              <Input
                prefix={<Icon name="search" size={16} />}
                aria-label={t('points.search')}
                placeholder={t('points.search')}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
              <VillageSelect
                label={t('points.village')}
                known={new Set(points.map((point) => point.village))}
                value={village}
                onChange={setVillage}
              />
            </header>
            <Rows {...{ shown, picked, setPicked, chosen, setChosen, setOpen, routes }} />
          </section>
          <PointsMap points={shown} village={village} chosen={chosen} onChoose={setChosen} />
        </div>
      )}
      {open?.dialog === 'point' && (
        <PointDialog
          point={open.point}
          points={points}
          village={village}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.dialog === 'tag' && <TagDialog point={open.point} onClose={() => setOpen(null)} />}
      {open?.dialog === 'screen' && (
        <ScreenDialog point={open.point} onClose={() => setOpen(null)} />
      )}
      {open?.dialog === 'sheet' && (
        <SheetDialog {...{ points, picked, village }} onClose={() => setOpen(null)} />
      )}
    </>
  )
}

function found(points: readonly PointView[], village: string | null, typed: string): PointView[] {
  const words = typed.trim().toLowerCase()
  return points.filter(
    (point) =>
      (village === null || point.village === village) &&
      `${point.name} ${point.id}`.toLowerCase().includes(words),
  )
}

interface RowsProps {
  shown: readonly PointView[]
  routes: readonly RouteView[]
  picked: ReadonlySet<string>
  setPicked: (picked: ReadonlySet<string>) => void
  chosen: string | null
  setChosen: (point: string | null) => void
  setOpen: (open: Open) => void
}

function Rows({ shown, routes, picked, setPicked, chosen, setChosen, setOpen }: RowsProps) {
  const town = useTown()
  const { t } = town.words
  const removal = usePointRemoval(routes)
  const groups = [...Map.groupBy(shown, ({ village }) => village)]
  const count = shown.filter(({ id }) => picked.has(id)).length
  if (shown.length === 0) return <p className="second point-nothing">{t('points.noMatch')}</p>

  function pick(ids: readonly string[], is: boolean): void {
    const next = new Set(picked)
    for (const id of ids) {
      if (is) next.add(id)
      else next.delete(id)
    }
    setPicked(next)
  }

  return (
    <div className="point-rows">
      {removal.said && (
        <p className="said" role="alert">
          {removal.said}
        </p>
      )}
      <p className="point-all">
        <Checkbox
          checked={count === shown.length}
          indeterminate={count > 0 && count < shown.length}
          onChange={(event) =>
            pick(
              shown.map(({ id }) => id),
              event.target.checked,
            )
          }
        >
          {t('points.selectAll')}
        </Checkbox>
        <span className="second">{t('points.count', { n: shown.length })}</span>
      </p>
      {groups.map(([village, own]) => (
        <section key={village}>
          <h3>{town.place(village)}</h3>
          <ul aria-label={town.place(village)}>
            {own.map((point) => (
              <PointRow
                key={point.id}
                point={point}
                isPicked={picked.has(point.id)}
                onPick={(is) => pick([point.id], is)}
                isChosen={point.id === chosen}
                onChoose={() => setChosen(point.id === chosen ? null : point.id)}
                onOpen={(dialog) => setOpen({ dialog, point })}
                onRemove={() => void removal.ask(point)}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
