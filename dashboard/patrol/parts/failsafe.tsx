import { Component, type ReactNode } from 'react'
import { words } from '../words/words.ts'

/** React takes an error of a screen in a class alone. Nothing is lost by it: the engine goes on. */
export class Failsafe extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    if (!this.state.isBroken) return this.props.children
    const { t } = words[document.documentElement.lang === 'en' ? 'en' : 'zh']
    return (
      <main className="opening">
        <h1>{t('app.name')}</h1>
        <p>{t('app.broken')}</p>
        <button type="button" className="button button-primary" onClick={() => location.reload()}>
          <span>{t('app.reload')}</span>
        </button>
      </main>
    )
  }
}
