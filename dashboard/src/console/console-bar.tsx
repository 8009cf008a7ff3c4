import { useQuery } from '@tanstack/react-query'
import { loadQuery } from '../api/queries.ts'
import { Account } from '../app/account.tsx'
import { BrandMenu } from '../app/navigation.tsx'
import { useTown } from '../app/town.ts'
import type { Key } from '../i18n/translate.ts'
import { LiveNote } from '../live/live-note.tsx'

/** The load of the desk: never a number without its noun; zero is quiet. */
export function ConsoleBar() {
  const { t } = useTown().words
  const load = useQuery(loadQuery).data
  return (
    <header className="console-bar">
      <BrandMenu page={t('console.title')} />
      <div className="console-figures">
        <Figure value={load?.alarmsLast10Min} label="load.last10" note={t('load.bearable')} />
        <Figure value={load?.unacknowledged} label="load.unacknowledged" />
        <Figure value={load?.overdue} label="load.overdue" />
        <Figure value={load?.devicesOffline} of={load?.devices} label="load.offline" />
      </div>
      <LiveNote />
      <Account />
    </header>
  )
}

interface FigureProps {
  value: number | undefined
  of?: number | undefined
  label: Key
  note?: string
}

function Figure({ value, of, label, note }: FigureProps) {
  const { t } = useTown().words
  return (
    <div className={value ? 'console-figure' : 'console-figure is-zero'}>
      <span className="figure">{value ?? '–'}</span>
      {of !== undefined && <span className="figure-of">/ {of}</span>}
      <span className="figure-label">{t(label)}</span>
      {note !== undefined && <span className="figure-note">{note}</span>}
    </div>
  )
}
