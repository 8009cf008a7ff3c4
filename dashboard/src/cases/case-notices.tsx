import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { CaseAct } from '../../../gateway/domain/case.ts'
import type { CaseDetail } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

interface NoticesProps {
  detail: CaseDetail
  isBusy: boolean
  begin: (act: CaseAct) => void
}

/** What waits for somebody's answer, and who is on it; each with its own buttons beside it. */
export function CaseNotices({ detail, isBusy, begin }: NoticesProps) {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const { supervision, extension } = detail
  const time = (at: number) => shortTime(at, now, zone)
  const act = (name: CaseAct, isMain = false) =>
    detail.actions.includes(name) && (
      <Button
        key={name}
        size="small"
        type={isMain ? 'primary' : 'default'}
        ghost={isMain}
        data-act={name}
        disabled={isBusy}
        onClick={() => begin(name)}
      >
        {t(`step.${name}`)}
      </Button>
    )
  return (
    <div className="case-notices">
      <Relatives detail={detail} />
      {supervision !== null && (
        <Notice
          name="supervision"
          isLate={supervision.dueAt < now}
          title={t(supervision.dueAt < now ? 'supervision.late' : 'supervision.title', {
            time: time(supervision.dueAt),
          })}
          text={supervision.text}
          by={t('supervision.by', { name: supervision.by, time: time(supervision.at) })}
        >
          {act('answer', true)}
        </Notice>
      )}
      {extension !== null && (
        <Notice
          name="extension"
          title={t('extension.title', { time: time(extension.until) })}
          text={extension.reason}
          by={t('extension.by', { name: extension.by, time: time(extension.at) })}
        >
          {act('grantExtension', true)}
          {act('refuseExtension')}
        </Notice>
      )}
      {detail.state === 'suspended' && detail.dueAt !== null && (
        <Notice name="suspended" title={t('suspended.title', { time: time(detail.dueAt) })} />
      )}
      <OnIt detail={detail} time={time}>
        {act('claim')}
        {act('release')}
      </OnIt>
    </div>
  )
}

interface NoticeProps {
  name: string
  title: ReactNode
  text?: string
  by?: string
  isLate?: boolean
  children?: ReactNode
}

function Notice({ name, title, text, by, isLate = false, children }: NoticeProps) {
  return (
    <section className={isLate ? 'case-notice is-late' : 'case-notice'} data-notice={name}>
      <div>
        <p>
          <strong>{title}</strong>
        </p>
        {text !== undefined && <p>{text}</p>}
        {by !== undefined && <p className="second">{by}</p>}
      </div>
      <div className="case-notice-acts">{children}</div>
    </section>
  )
}

function Relatives({ detail }: { detail: CaseDetail }) {
  const { t } = useTown().words
  const relatives = [
    { key: 'merged.into', other: detail.mergedInto },
    { key: 'split.from', other: detail.splitFrom },
  ] as const
  return relatives.map(
    ({ key, other }) =>
      other && (
        <Notice
          key={key}
          name={key}
          title={
            <Link to="/cases/$id" params={{ id: other.id }}>
              {t(key, { number: other.number })}
            </Link>
          }
        />
      ),
  )
}

interface OnItProps {
  detail: CaseDetail
  time: (at: number) => string
  children: ReactNode
}

/** "Somebody is on it", so that nobody sets out twice. */
function OnIt({ detail, time, children }: OnItProps) {
  const { t } = useTown().words
  const { claimed } = detail
  const isOpen = !['closed', 'void', 'merged'].includes(detail.state)
  if (!isOpen) return null
  return (
    <section className="case-notice is-quiet" data-notice="claim">
      <p className={claimed === null ? 'second' : ''}>
        <Icon name="person" size={15} />
        {claimed === null
          ? t('claim.nobody')
          : t('claim.by', { name: claimed.name, time: time(claimed.at) })}
      </p>
      <div className="case-notice-acts">{children}</div>
    </section>
  )
}
