import { App, ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US.js'
import zhCN from 'antd/es/locale/zh_CN.js'
import { type ReactNode, useMemo } from 'react'
import { useLanguage } from '../i18n/language.ts'
import { Icon } from '../parts/icon.tsx'
import { useThemeName } from '../theme/theme-choice.ts'
import { antdTheme } from '../theme/tokens.ts'

type Locale = NonNullable<Parameters<typeof ConfigProvider>[0]['locale']>

/** The locale files are ES modules to the bundler and CommonJS to the type checker. */
const unwrap = (module: unknown) => ((module as { default?: Locale }).default ?? module) as Locale

const locales = { zh: unwrap(zhCN), en: unwrap(enUS) }

/** Ant Design's own icons call themselves by English names to a screen reader. */
const controlIcons = {
  suffixIcon: <Icon name="down" size={14} />,
  clearIcon: <Icon name="close" size={14} />,
}

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
      select={controlIcons}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  )
}
