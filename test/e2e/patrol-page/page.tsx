import { createRoot } from 'react-dom/client'
import { setPhone } from '../../../dashboard/patrol/engine.ts'
import { PatrolApp } from '../../../dashboard/patrol/screens/app.tsx'
import { setLanguage } from '../../../dashboard/patrol/words/words.ts'
import { setServerNow } from '../../../dashboard/src/app/now.ts'
import {
  type SceneName,
  scenePhone,
  scenes,
  tenSixteen,
} from '../../dashboard/patrol/phone-scenes.ts'
import '../../../dashboard/patrol/styles/phone.css'

/** The phone's screens without its engine: `?scene=home&language=zh`. */

const search = new URLSearchParams(location.search)
const { state, screen } = scenes[(search.get('scene') ?? 'home') as SceneName]
const asked: unknown[][] = []
Object.assign(window, { asked })
setServerNow(tenSixteen)
setLanguage(search.get('language') === 'en' ? 'en' : 'zh')
setPhone(scenePhone(state, asked))
createRoot(document.querySelector('#root') as Element).render(<PatrolApp first={screen} />)
