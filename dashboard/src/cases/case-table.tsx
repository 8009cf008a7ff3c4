import { Link } from '@tanstack/react-router'
import type { CaseView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueNote } from '../parts/due-clock.tsx'
import { describeCause } from '../parts/words.ts'

interface CaseTableProps {
  cases: readonly CaseView[] | undefined
  isFiltered: boolean
}

/** One row a case, the whole row its link; on a phone the columns fold under the title. */
export function CaseTable({ cases, isFiltered }: CaseTableProps) {
  const { t } = useTown().words
  if (!cases) {
    return (
      <div className="panel case-rows" aria-busy="true">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className="case-row">
            <span className="skeleton" style={{ gridColumn: '1 / -1', height: 40 }} />
          </div>
        ))}
      </div>
    )
  }
  if (cases.length === 0) {
    return (
      <div className="panel empty">
        <strong>{t(isFiltered ? 'cases.noMatch' : 'cases.none')}</strong>
        {isFiltered ? (
          <Link to="/cases">{t('cases.clear')}</Link>
        ) : (
          <span>{t('cases.noneNext')}</span>
        )}
      </div>
    )
  }
  return (
    <div className="panel case-rows" role="table" aria-label={t('nav.cases')}>
      <div className="case-row case-row-head" role="row">
        <span role="columnheader">{t('cases.what')}</span>
        <span role="columnheader">{t('cases.where')}</span>
        <span role="columnheader">{t('cases.state')}</span>
        <span role="columnheader">{t('cases.holder')}</span>
        <span role="columnheader">{t('cases.due')}</span>
        <span role="columnheader">{t('cases.opened')}</span>
      </div>
      {cases.map((one) => (
        <CaseRow key={one.id} one={one} />
      ))}
    </div>
  )
}

function CaseRow({ one }: { one: CaseView }) {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  const title = town.title(one)
  return (
    <Link
      to="/cases/$id"
      params={{ id: one.id }}
      className="case-row"
      role="row"
      data-case={one.id}
      data-state={one.state}
    >
      <span className="case-what" role="cell">
        <Badge severity={one.severity} size={26} state={badgeState(one)} />
        <span>
          <b className="one-line" title={title}>
            {title}
          </b>
          <span className="second one-line">
            {one.number}
            {one.lastAlarm &&
              ` · ${one.lastAlarm.deviceName} ${describeCause(town.words, one.lastAlarm, town.zone)}`}
          </span>
        </span>
      </span>
      <span className="one-line" role="cell">
        {town.place(one.village)}
      </span>
      <span role="cell">{t(`state.${one.state}`)}</span>
      <span className="one-line" role="cell">
        {one.holder?.name ?? <span className="quiet">{t('cases.nobody')}</span>}
      </span>
      <span role="cell">
        <DueNote one={one} />
      </span>
      <time className="second" role="cell">
        {shortTime(one.openedAt, now, town.zone)}
      </time>
    </Link>
  )
}
