import type { ReactNode } from 'react'
import { LiveNote } from '../live/live-note.tsx'
import { Account } from './account.tsx'
import { Brand, Navigation } from './navigation.tsx'

/** The office pages: brand, places to go, the age of what is shown; on a phone the places move down. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <header className="top-bar">
        <Brand />
        <Navigation />
        <LiveNote />
        <Account />
      </header>
      <main className="page">{children}</main>
    </div>
  )
}
