import type { ReactNode } from 'react'
import { useTown } from '../app/town.ts'
import { ExportPanel } from './export-panel.tsx'
import { ImportPanel } from './import-panel.tsx'

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function FilesTab({ title, choice }: TabProps) {
  const { session } = useTown()
  return (
    <>
      <div className="page-head history-head">
        {title}
        {choice}
      </div>
      <div className="page-body is-narrow">
        <ExportPanel />
        {session.person.role === 'townAdmin' && <ImportPanel />}
      </div>
    </>
  )
}
