import { useTown } from '../app/town.ts'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import { rateOf, type TeamReach, type VillageReach } from './reach.ts'

type Counted = Pick<
  TeamReach,
  'planned' | 'done' | 'missed' | 'excused' | 'streakDays' | 'score' | 'village'
> & { id: string; name: string; isVillage: boolean }

interface ReachFiguresProps {
  teams: readonly TeamReach[]
  villages: readonly VillageReach[]
}

/** Villages with their teams below them; never persons. */
export function ReachFigures({ teams, villages }: ReachFiguresProps) {
  const town = useTown()
  const { t } = town.words
  const columns = useColumns()
  const rows = villages.flatMap((village): Counted[] => [
    { ...village, id: village.village, name: town.place(village.village), isVillage: true },
    ...teams
      .filter((team) => team.village === village.village)
      .map((team) => ({
        ...team,
        id: `${team.village} ${team.team}`,
        name: team.team,
        isVillage: false,
      })),
  ])
  if (rows.length === 0) return null
  return (
    <section className="reach-figures">
      <h2 className="panel-title">
        {t('reach.teams')} <small>{t('reach.scoreWhat')}</small>
      </h2>
      <Sheet label={t('reach.teams')} columns={columns} rows={rows} keyOf={({ id }) => id} />
    </section>
  )
}

function useColumns(): SheetColumn<Counted>[] {
  const { t } = useTown().words
  const figure = (
    key: 'planned' | 'done' | 'missed' | 'excused' | 'score',
  ): SheetColumn<Counted> => ({
    key,
    label: t(`reach.${key}`),
    width: '88px',
    isEnd: true,
    render: (row) => <Figure value={row[key]} />,
  })
  return [
    {
      key: 'name',
      label: t('reach.team'),
      width: 'minmax(0, 1fr)',
      render: ({ name, isVillage }) =>
        isVillage ? <b>{name}</b> : <span className="reach-team">{name}</span>,
    },
    figure('planned'),
    figure('done'),
    figure('missed'),
    figure('excused'),
    {
      key: 'rate',
      label: t('reach.rate'),
      width: '88px',
      isEnd: true,
      render: (row) => <Rate row={row} />,
    },
    {
      key: 'streak',
      label: t('reach.streak'),
      width: '120px',
      isEnd: true,
      render: ({ streakDays }) => t('reach.streakDays', { n: streakDays }),
    },
    figure('score'),
  ]
}

/** Zero is quiet. */
function Figure({ value }: { value: number }) {
  return <span className={value === 0 ? 'quiet' : undefined}>{value}</span>
}

function Rate({ row }: { row: Counted }) {
  const rate = rateOf(row)
  if (rate === null) return <span className="quiet">–</span>
  return <span>{Math.floor(rate * 100)}%</span>
}
