import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { verdictQuery } from '../api/trust-queries.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

/** Whether the log is as it was written, and when that was looked at. */
export function ChainVerdict() {
  const { words, zone } = useTown()
  const { t, language } = words
  const query = useQuery(verdictQuery)
  const verdict = query.data
  const number = (n: number) => n.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB')
  if (!verdict) {
    return (
      <div className="panel verdict" aria-busy={query.isPending}>
        {query.isError ? (
          <span role="alert">{t('audit.checkAway')}</span>
        ) : (
          <span className="second">{t('audit.checking')}</span>
        )}
        {query.isError && (
          <Button size="small" onClick={() => void query.refetch()}>
            {t('audit.checkAgain')}
          </Button>
        )}
      </div>
    )
  }
  return (
    <div className={verdict.ok ? 'panel verdict' : 'panel verdict is-broken'} data-ok={verdict.ok}>
      <Icon name={verdict.ok ? 'check' : 'warning'} size={20} />
      <div role={verdict.ok ? 'status' : 'alert'}>
        <strong>
          {verdict.ok
            ? t('audit.intact', { n: number(verdict.entries) })
            : t('audit.broken', { n: verdict.brokenAt ?? '–' })}
        </strong>
        {!verdict.ok && <p>{t('audit.brokenDo')}</p>}
        {verdict.ok && verdict.head !== null && (
          <p className="second" title={t('audit.headHelp')}>
            {t('audit.head')}{' '}
            <code className="mono" lang="en">
              {verdict.head}
            </code>
          </p>
        )}
      </div>
      <span className="second verdict-at">
        {t('audit.checkedAt', { time: timeWithSeconds(query.dataUpdatedAt, zone) })}
      </span>
      <Button size="small" loading={query.isFetching} onClick={() => void query.refetch()}>
        {t('audit.checkAgain')}
      </Button>
    </div>
  )
}
