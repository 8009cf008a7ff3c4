import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startTextSize } from './parts/text-size.ts'
import type { Phone } from './phone.ts'
import { PatrolApp } from './screens/app.tsx'
import { startScreens } from './screens/use-screens.ts'
import { setPhone } from './use-phone.ts'
import { startLanguage } from './words/words.ts'

export function draw(phone: Phone): void {
  startLanguage()
  startTextSize()
  startScreens()
  setPhone(phone)
  const root = document.getElementById('root')
  if (!root) return
  createRoot(root).render(
    <StrictMode>
      <PatrolApp />
    </StrictMode>,
  )
}
