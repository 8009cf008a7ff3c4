import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

/** The map comes along with the dialog; pages that only offer it do without. */
const LazyReportDialog = lazy(async () => ({
  default: (await import('./report-dialog.tsx')).ReportDialog,
}))

function mayReport(role: string): boolean {
  return role !== 'viewer'
}

export function ReportDialogSlot({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  if (!isOpen) return null
  return (
    <Suspense fallback={null}>
      <LazyReportDialog onClose={onClose} />
    </Suspense>
  )
}

/** 登记事件: something that no device saw. */
export function ReportButton() {
  const { session, words } = useTown()
  const [isOpen, setOpen] = useState(false)
  if (!mayReport(session.person.role)) return null
  return (
    <>
      <Button
        className="report-open"
        icon={<Icon name="plus" size={16} />}
        onClick={() => setOpen(true)}
      >
        {words.t('report.open')}
      </Button>
      <ReportDialogSlot isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  )
}
