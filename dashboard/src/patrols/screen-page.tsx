import { useLocation, useParams } from '@tanstack/react-router'
import { useCallback, useLayoutEffect, useState } from 'react'
import { screenCode } from '../api/patrol-queries.ts'
import { setServerNow } from '../app/now.ts'
import { useWords } from '../i18n/language.ts'
import { enterFamily } from '../theme/theme-choice.ts'
import { CodeScreen } from './code-screen.tsx'
import { useRotatingCode } from './use-rotating-code.ts'

/** Till the gateway has said where it is. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Opened once with its link on a screen at a point; nobody is signed in there. */
export function ScreenPage() {
  const { point } = useParams({ from: '/patrols/screen/$point' })
  const { hash } = useLocation()
  const { t } = useWords()
  const [place, setPlace] = useState({ name: '', zone: ownZone })
  useLayoutEffect(() => enterFamily('office'), [])
  const ask = useCallback(async () => {
    const answer = await screenCode(point, hash)
    setServerNow(answer.now)
    setPlace({ name: answer.name, zone: answer.timeZone })
    return answer
  }, [point, hash])
  const shown = useRotatingCode(ask)
  return <CodeScreen {...place} shown={shown} refusal={t('code.withdrawn')} />
}
