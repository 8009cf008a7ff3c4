import { Link } from '@tanstack/react-router'
import { Checkbox } from 'antd'
import type { CaseView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueNote } from '../parts/due-clock.tsx'
import { describeCause } from '../parts/words.ts'
import { CaseMarks, WhoIsOn } from './case-marks.tsx'
import type { Bulk } from './use-bulk.ts'

interface CaseTableProps {
  cases: readonly CaseView[] | undefined
  isFiltered: boolean
  /** Null where nobody acts on many at once. */
  selection: Pick<Bulk, 'isChosen' | 'toggle' | 'isAll' | 'toggleAll' | 'chosen'> | null
}

/** One row a case, the whole row its link; on a phone the columns fold under the title. */
export function CaseTable({ cases, isFiltered, selection }: CaseTableProps) {
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
      <div className="case-line">
        {selection && (
          <Checkbox
            className="case-check"
            aria-label={t('bulk.selectAll')}
            checked={selection.isAll}
            indeterminate={!selection.isAll && selection.chosen.length > 0}
            onChange={selection.toggleAll}
          >
            <span className="case-check-words">{t('bulk.selectAll')}</span>
          </Checkbox>
        )}
        <div className="case-row case-row-head" role="row">
          <span role="columnheader">{t('cases.what')}</span>
          <span role="columnheader">{t('cases.where')}</span>
          <span role="columnheader">{t('cases.state')}</span>
          <span role="columnheader">{t('cases.holder')}</span>
          <span role="columnheader">{t('cases.due')}</span>
          <span role="columnheader">{t('cases.opened')}</span>
        </div>
      </div>
      {cases.map((one) => (
        <div key={one.id} className="case-line">
          {selection && (
            <Checkbox
              className="case-check"
              aria-label={t('bulk.select', { number: one.number })}
              checked={selection.isChosen(one.id)}
              onChange={() => selection.toggle(one.id)}
            />
          )}
          <CaseRow one={one} />
        </div>
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
            {!one.lastAlarm && one.text !== null && ` · ${one.text}`}
          </span>
          <CaseMarks one={one} />
        </span>
      </span>
      <span className="one-line" role="cell">
        {town.place(one.village)}
      </span>
      <span className="case-standing" role="cell">
        {t(`state.${one.state}`)}
        <span className="second">{t(`tier.${one.tier}`)}</span>
      </span>
      <span className="case-who" role="cell">
        <span className="one-line" title={one.holder?.name}>
          {one.holder?.name ?? <span className="quiet">{t('cases.nobody')}</span>}
        </span>
        <WhoIsOn one={one} />
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
