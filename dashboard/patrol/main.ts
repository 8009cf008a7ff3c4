import { draw } from './draw.tsx'
import { createEngine } from './engine.ts'
import { browserSurroundings } from './surroundings.ts'
import { createOfflineWorker } from './worker/offline.ts'
import './styles/phone.css'

const offline = createOfflineWorker()
const phone = createEngine(browserSurroundings(), offline)
// The store is asked before the first picture is drawn, and answers right after it.
void phone.start()
draw(phone)
// A phone that is opened in a valley shows its page before anything else.
if (import.meta.env.PROD) requestAnimationFrame(() => setTimeout(() => void offline.start()))
