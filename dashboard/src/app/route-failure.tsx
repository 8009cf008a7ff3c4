import { Button } from 'antd'
import { useWords } from '../i18n/language.ts'

/** A page that broke says so in the page's place; the rest of the app stays. */
export function RouteFailure() {
  const { t } = useWords()
  return (
    <div className="notice" role="alert">
      <strong>{t('failure.page')}</strong>
      <span>{t('failure.pageTry')}</span>
      <Button onClick={() => location.reload()}>{t('failure.reload')}</Button>
    </div>
  )
}

export function RouteMissing() {
  const { t } = useWords()
  return (
    <div className="notice">
      <strong>{t('failure.noPage')}</strong>
      <a href="/">{t('failure.toStart')}</a>
    </div>
  )
}
