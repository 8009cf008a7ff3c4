import type { ReactNode } from 'react'
import { HealthBanner } from '../health/health-banner.tsx'
import { LiveNote } from '../live/live-note.tsx'
import { Account } from './account.tsx'
import { Brand, Navigation } from './navigation.tsx'

/** The office pages: brand, places to go, the age of what is shown; on a phone the places move down. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <div className="shell-top">
        <header className="top-bar">
          <Brand />
          <Navigation />
          <LiveNote />
          <Account />
        </header>
        <HealthBanner />
      </div>
      <main className="page">{children}</main>
    </div>
  )
}
