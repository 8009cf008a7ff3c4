import type { ReactNode } from 'react'
import { LanguageSwitch } from '../app/account.tsx'
import { useWords } from '../i18n/language.ts'
import { Mark } from '../parts/icon.tsx'
import './sign-in.css'

/** The pages before the door: one card, the product's name, the language. */
export function EntryFrame({
  isWide = false,
  children,
}: {
  isWide?: boolean
  children: ReactNode
}) {
  const { t, language } = useWords()
  return (
    <main className="sign-in">
      <div className="sign-in-language">
        <LanguageSwitch language={language} label={t('bar.language')} />
      </div>
      <section className={isWide ? 'sign-in-card is-wide' : 'sign-in-card'}>
        <h1 className="sign-in-name">
          <Mark size={40} />
          <span>
            {t('product')}
            <small>{t('product.what')}</small>
          </span>
        </h1>
        {children}
      </section>
    </main>
  )
}
