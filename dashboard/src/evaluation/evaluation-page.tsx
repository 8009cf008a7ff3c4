import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Segmented, Select } from 'antd'
import type { EvaluationView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { dayOf, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { evaluationQuery, workbookAddress } from './evaluation-query.ts'
import { MonthDays } from './month-days.tsx'
import { Excluded, FalseAlarms } from './month-notes.tsx'
import { monthsBefore, monthWords } from './months.ts'
import { Ranking } from './ranking.tsx'
import './evaluation.css'

const kinds = ['villages', 'units', 'teams'] as const

type Kind = (typeof kinds)[number]

/** One month of the town; on paper all rankings stand one after the other. */
export function EvaluationPage() {
  const { zone, words } = useTown()
  const { t } = words
  const now = useNow()
  const search = useSearch({ from: '/signed-in/evaluators/evaluation' })
  const navigate = useNavigate()
  const months = monthsBefore(dayOf(now, zone))
  const month = search.month ?? months[0] ?? ''
  const kind = search.kind ?? 'villages'
  const evaluation = useQuery(evaluationQuery(month))
  const go = (next: { month?: string; kind?: Kind }) =>
    void navigate({ to: '/evaluation', search: { month, kind, ...next } })
  return (
    <Shell>
      <div className="page-head evaluation-head">
        <h1>{t('evaluation.title')}</h1>
        <MonthChoice month={month} months={months} onChange={(next) => go({ month: next })} />
        <Segmented
          aria-label={t('evaluation.kinds')}
          value={kind}
          onChange={(next) => go({ kind: next })}
          options={kinds.map((one) => ({ value: one, label: t(`evaluation.${one}`) }))}
        />
        <span className="grow" />
        <Button href={workbookAddress(month)} download>
          {t('evaluation.download')}
        </Button>
        <Button onClick={() => window.print()}>{t('evaluation.print')}</Button>
      </div>
      <div className="page-body evaluation">
        {evaluation.isPending && (
          <div className="panel skeleton evaluation-waiting" role="status" aria-busy="true">
            {t('evaluation.reading')}
          </div>
        )}
        {evaluation.isError && !evaluation.data && (
          <p className="said" role="alert">
            {t('evaluation.away')}
          </p>
        )}
        {evaluation.data && <Report evaluation={evaluation.data} kind={kind} now={now} />}
      </div>
    </Shell>
  )
}

interface MonthChoiceProps {
  month: string
  months: readonly string[]
  onChange: (month: string) => void
}

function MonthChoice({ month, months, onChange }: MonthChoiceProps) {
  const { t, language } = useTown().words
  const known = months.includes(month) ? months : [month, ...months]
  return (
    <Select
      className="month-choice"
      aria-label={t('evaluation.month')}
      value={month}
      onChange={onChange}
      options={known.map((one) => ({ value: one, label: monthWords(one, language) }))}
    />
  )
}

function Report({
  evaluation,
  kind,
  now,
}: {
  evaluation: EvaluationView
  kind: Kind
  now: number
}) {
  const { session, words, zone } = useTown()
  const { t, language } = words
  const month = monthWords(evaluation.month, language)
  return (
    <>
      <p className="print-only">
        {t('evaluation.printed', { town: session.town.name, month, at: stamp(now, zone) })}
      </p>
      {kinds.map((one) => (
        <section key={one} className={one === kind ? 'panel' : 'panel is-off'}>
          <h2 className="panel-title">
            {t(`evaluation.${one}`)} <small>{month}</small>
          </h2>
          {evaluation[one].some(({ opened }) => opened > 0) ? (
            <Ranking title={t(`evaluation.${one}`)} rows={evaluation[one]} />
          ) : (
            <p className="empty">
              <strong>{t('evaluation.none')}</strong>
              <span>{t('evaluation.noneNext')}</span>
            </p>
          )}
        </section>
      ))}
      <section className="panel">
        <h2 className="panel-title">{t('evaluation.days')}</h2>
        <MonthDays {...evaluation} />
      </section>
      <div className="evaluation-pair">
        <section className="panel">
          <h2 className="panel-title">{t('evaluation.devices')}</h2>
          <FalseAlarms {...evaluation} />
        </section>
        <section className="panel">
          <h2 className="panel-title">{t('evaluation.excluded')}</h2>
          <Excluded {...evaluation} />
          <h2 className="panel-title">{t('evaluation.how')}</h2>
          <p className="second">{t('evaluation.how.words')}</p>
        </section>
      </div>
    </>
  )
}
