import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createEngine, setPhone } from './engine.ts'
import { startTextSize } from './parts/text-size.ts'
import { PatrolApp } from './screens/app.tsx'
import { browserSurroundings } from './surroundings.ts'
import { startLanguage } from './words/words.ts'
import { createOfflineWorker } from './worker/offline.ts'
import './styles/phone.css'

startLanguage()
startTextSize()

const offline = createOfflineWorker()
const phone = createEngine(browserSurroundings(), offline)
setPhone(phone)
void phone.start()
// After the first picture: a phone that is opened in a valley shows its page before anything else.
if (import.meta.env.PROD) requestAnimationFrame(() => void offline.start())

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <PatrolApp />
    </StrictMode>,
  )
}
