import { App, ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US.js'
import zhCN from 'antd/es/locale/zh_CN.js'
import { type ReactNode, useMemo } from 'react'
import { useLanguage } from '../i18n/language.ts'
import { useThemeName } from '../theme/theme-choice.ts'
import { antdTheme } from '../theme/tokens.ts'

type Locale = NonNullable<Parameters<typeof ConfigProvider>[0]['locale']>

/** The locale files are ES modules to the bundler and CommonJS to the type checker. */
const unwrap = (module: unknown) => ((module as { default?: Locale }).default ?? module) as Locale

const locales = { zh: unwrap(zhCN), en: unwrap(enUS) }

export function ThemeFrame({ children }: { children: ReactNode }) {
  const theme = useThemeName()
  const language = useLanguage()
  const settings = useMemo(() => antdTheme(theme), [theme])
  return (
    <ConfigProvider
      theme={settings}
      locale={locales[language]}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  )
}
