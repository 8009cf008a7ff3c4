import { renderToStaticMarkup } from 'react-dom/server'
import { vi } from 'vitest'
import type { PhoneState } from '../../../dashboard/patrol/phone.ts'
import { PatrolApp } from '../../../dashboard/patrol/screens/app.tsx'
import { setPhone } from '../../../dashboard/patrol/use-phone.ts'
import { type Language, setLanguage } from '../../../dashboard/patrol/words/words.ts'
import { setServerNow } from '../../../dashboard/src/app/now.ts'
import { type Element, parseMarkup } from '../markup.ts'
import { type PhoneScene, scenePhone, tenSixteen } from './phone-scenes.ts'

/** A screen of the phone as markup, without a browser. */
export function draw(
  { state, screen }: PhoneScene,
  { language = 'zh', ...change }: Partial<PhoneState> & { language?: Language } = {},
): Element {
  vi.stubGlobal('APP_VERSION', '1.2.3')
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  try {
    setServerNow(tenSixteen)
    setLanguage(language)
    setPhone(scenePhone({ ...state, ...change }))
    return parseMarkup(renderToStaticMarkup(<PatrolApp first={screen} />))
  } finally {
    vi.unstubAllGlobals()
  }
}
