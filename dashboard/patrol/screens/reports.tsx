import { useEffect } from 'react'
import { useNow } from '../../src/app/now.ts'
import { Page } from '../parts/page.tsx'
import { Strip } from '../parts/strip.tsx'
import type { PhoneState } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { whenOf } from '../walk/when.ts'
import { type Key, useWords } from '../words/words.ts'
import { zh } from '../words/zh.ts'
import type { Ways } from './use-screens.ts'

/** What came back: the reason to report again. */
export function Reports({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  // oxlint-disable-next-line react/exhaustive-deps -- once, when it is opened
  useEffect(() => void acts.refreshDay(), [])
  return (
    <Page title={t('reports.title')} onBack={ways.back}>
      {!state.isOnline && <Strip state={state} />}
      {state.reports.length === 0 && (
        <>
          <h2 className="ask">{t('reports.none')}</h2>
          <p className="second">{t('reports.noneText')}</p>
        </>
      )}
      <ul className="rows">
        {state.reports.map((report) => (
          <li key={report.id} className="line">
            <OneReport report={report} zone={state.day?.town.timeZone ?? 'Asia/Shanghai'} />
          </li>
        ))}
      </ul>
    </Page>
  )
}

function OneReport({ report, zone }: { report: PhoneState['reports'][number]; zone: string }) {
  const words = useWords()
  const { t } = words
  const key = `state.${report.state}`
  const now = useNow()
  return (
    <>
      <p className="line-what">
        <b>{report.title}</b>
        <span className="state">{Object.hasOwn(zh, key) ? t(key as Key) : report.state}</span>
      </p>
      <p className="second">
        {report.number} · {whenOf(report.at, now, zone, words)}
      </p>
      {report.text && <p>{report.text}</p>}
      {report.answers.length === 0 ? (
        <p className="second">{t('reports.noAnswer')}</p>
      ) : (
        <ol className="answers">
          {report.answers.map((answer) => (
            <li key={`${answer.at}-${answer.act}`}>
              <p>{answer.text}</p>
              <p className="second">
                {answer.by} · {whenOf(answer.at, now, zone, words)}
              </p>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
