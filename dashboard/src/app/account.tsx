import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Dropdown } from 'antd'
import { call } from '../api/client.ts'
import { setLanguage } from '../i18n/language.ts'
import { term } from '../i18n/translate.ts'
import { Icon, MenuIcon } from '../parts/icon.tsx'
import { toggleTheme, useThemeName } from '../theme/theme-choice.ts'
import { useNow } from './now.ts'
import { dayInWords, timeWithSeconds } from './time.ts'
import { useTown } from './town.ts'

export function LanguageSwitch({ language, label }: { language: 'zh' | 'en'; label: string }) {
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <button
      type="button"
      className="bar-button language"
      aria-label={label}
      onClick={() => setLanguage(other)}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
    >
      {other === 'zh' ? '中' : 'EN'}
    </button>
  )
}

/** Right end of every bar: light, language, who is signed in, the time. */
export function Account({ showClock = true }: { showClock?: boolean }) {
  const { session, words } = useTown()
  const theme = useThemeName()
  const { t, language } = words
  return (
    <div className="account">
      <button
        type="button"
        className="bar-button"
        aria-label={theme === 'dark' ? t('bar.toLight') : t('bar.toDark')}
        title={theme === 'dark' ? t('bar.toLight') : t('bar.toDark')}
        onClick={toggleTheme}
      >
        <Icon name={theme === 'dark' ? 'moon' : 'sun'} />
      </button>
      <LanguageSwitch language={language} label={t('bar.language')} />
      <PersonMenu
        name={session.person.displayName}
        role={term(t, 'role', session.person.role)}
        account={t('account.open')}
        signOut={t('bar.signOut')}
      />
      {showClock && <BarClock />}
    </div>
  )
}

interface PersonMenuProps {
  name: string
  role: string
  account: string
  signOut: string
}

function PersonMenu({ name, role, account, signOut }: PersonMenuProps) {
  const client = useQueryClient()
  const navigate = useNavigate()
  async function leave() {
    try {
      await call('/session', { method: 'DELETE' })
    } finally {
      client.clear()
      client.setQueryData(['session'], null)
      await navigate({ to: '/sign-in' })
    }
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'role', label: role, disabled: true },
          {
            key: 'account',
            label: account,
            icon: <MenuIcon name="person" />,
            onClick: () => void navigate({ to: '/account' }),
          },
          {
            key: 'out',
            label: signOut,
            icon: <MenuIcon name="signOut" />,
            onClick: () => void leave(),
          },
        ],
      }}
    >
      <button type="button" className="bar-button person">
        <Icon name="person" />
        <span className="person-name">{name}</span>
      </button>
    </Dropdown>
  )
}

function BarClock() {
  const { zone, words } = useTown()
  const now = useNow()
  return (
    <div className="bar-clock">
      <time className="bar-time">{timeWithSeconds(now, zone)}</time>
      <span className="bar-day">{dayInWords(now, zone, words.language)}</span>
    </div>
  )
}
