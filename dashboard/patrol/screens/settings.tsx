import { type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { isTextBig, setTextBig } from '../parts/text-size.ts'
import { isVoiceOn, setVoiceOn } from '../sound/celebrate.ts'
import { usePhone } from '../use-phone.ts'
import { setLanguage, useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

export function Settings({ ways }: { ways: Ways }) {
  const { t, language } = useWords()
  const [isBig, setBig] = useState(isTextBig)
  const [isSpeaking, setSpeaking] = useState(isVoiceOn)
  return (
    <Page title={t('settings.title')} onBack={ways.back}>
      <Choice title={t('settings.language')}>
        <Two
          isFirst={language === 'zh'}
          first={<span lang="zh-CN">中文</span>}
          second={<span lang="en">English</span>}
          onChoose={(isZh) => setLanguage(isZh ? 'zh' : 'en')}
        />
      </Choice>
      <Choice title={t('settings.text')}>
        <Two
          isFirst={!isBig}
          first={t('settings.textNormal')}
          second={t('settings.textBig')}
          onChoose={(isNormal) => {
            setTextBig(!isNormal)
            setBig(!isNormal)
          }}
        />
      </Choice>
      <Choice title={t('settings.voice')}>
        <Two
          isFirst={isSpeaking}
          first={t('settings.on')}
          second={t('settings.off')}
          onChoose={(isOn) => {
            setVoiceOn(isOn)
            setSpeaking(isOn)
          }}
        />
      </Choice>
      <SignOut ways={ways} />
      <p className="second version">{t('settings.version', { version: APP_VERSION })}</p>
    </Page>
  )
}

function Choice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="setting">
      <h2 className="ask">{title}</h2>
      {children}
    </section>
  )
}

interface TwoProps {
  isFirst: boolean
  first: ReactNode
  second: ReactNode
  onChoose: (isFirst: boolean) => void
}

function Two({ isFirst, first, second, onChoose }: TwoProps) {
  return (
    <div className="pair">
      <Button look={isFirst ? 'chosen' : 'plain'} pressed={isFirst} onClick={() => onChoose(true)}>
        {first}
      </Button>
      <Button
        look={isFirst ? 'plain' : 'chosen'}
        pressed={!isFirst}
        onClick={() => onChoose(false)}
      >
        {second}
      </Button>
    </div>
  )
}

function SignOut({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { acts } = usePhone()
  const [said, setSaid] = useState<string | null>(null)
  async function signOut(): Promise<void> {
    const outcome = await acts.signOut()
    if (outcome.kind === 'done') return ways.home()
    if (outcome.kind === 'away') return setSaid(t('settings.signOutAway'))
    const waits = t('settings.signOutWaits', { n: outcome.count })
    setSaid(`${waits} ${t('settings.signOutOther')}`)
  }
  return (
    <section className="setting">
      <Button onClick={() => void signOut()}>{t('settings.signOut')}</Button>
      {said && <p role="alert">{said}</p>}
    </section>
  )
}
