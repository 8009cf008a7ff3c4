import { createRoot, type Root } from 'react-dom/client'
import { PatrolApp } from '../../../dashboard/patrol/screens/app.tsx'
import { setPhone } from '../../../dashboard/patrol/use-phone.ts'
import { type Language, setLanguage } from '../../../dashboard/patrol/words/words.ts'
import { setServerNow } from '../../../dashboard/src/app/now.ts'
import {
  type SceneName,
  scenePhone,
  scenes,
  tenSixteen,
} from '../../dashboard/patrol/phone-scenes.ts'
import '../../../dashboard/patrol/styles/phone.css'

/** The phone's screens without its engine: `stage.show('home', 'zh')`; what is asked of it is noted. */

let root: Root | null = null

function show(scene: SceneName, language: Language): unknown[][] {
  const asked: unknown[][] = []
  const { state, screen } = scenes[scene]
  root?.unmount()
  setServerNow(tenSixteen)
  setLanguage(language)
  setPhone(scenePhone(state, asked))
  root = createRoot(document.querySelector('#root') as Element)
  root.render(<PatrolApp first={screen} />)
  Object.assign(window, { asked })
  return asked
}

Object.assign(window, { show })
const search = new URLSearchParams(location.search)
const scene = search.get('scene')
if (scene) show(scene as SceneName, search.get('language') === 'en' ? 'en' : 'zh')
