import { Link } from '@tanstack/react-router'
import type { AuditEntryView } from '../api/types.ts'
import { stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Sheet, type SheetColumn } from '../parts/sheet.tsx'
import { actorWords, actWords, subjectWords } from './audit-words.ts'

export function AuditTable({ entries }: { entries: readonly AuditEntryView[] }) {
  const { words, zone } = useTown()
  const { t } = words
  const columns: SheetColumn<AuditEntryView>[] = [
    {
      key: 'act',
      label: t('audit.act'),
      width: 'minmax(140px, 1fr)',
      render: (entry) => <b>{actWords(entry.act, t)}</b>,
    },
    {
      key: 'actor',
      label: t('audit.actor'),
      width: 'minmax(88px, 0.7fr)',
      render: (entry) => <Actor entry={entry} />,
    },
    {
      key: 'subject',
      label: t('audit.subject'),
      width: 'minmax(140px, 1.4fr)',
      render: (entry) => <Subject subject={entry.subject} />,
    },
    {
      key: 'why',
      label: t('audit.why'),
      width: 'minmax(120px, 1.4fr)',
      render: (entry) => <Why entry={entry} />,
      drop: 'middle',
    },
    {
      key: 'from',
      label: t('audit.from'),
      width: '128px',
      render: (entry) => <span className="one-line">{entry.address ?? '–'}</span>,
    },
    {
      key: 'at',
      label: t('audit.at'),
      width: '160px',
      render: (entry) => <time className="second">{stamp(entry.at, zone)}</time>,
    },
    {
      key: 'id',
      label: '#',
      width: '56px',
      render: (entry) => <span className="quiet">{entry.id}</span>,
      drop: 'phone',
    },
  ]
  return (
    <Sheet label={t('audit.title')} columns={columns} rows={entries} keyOf={(entry) => entry.id} />
  )
}

function Actor({ entry }: { entry: AuditEntryView }) {
  const { t } = useTown().words
  const isName = entry.actor !== null && !entry.actor.startsWith('token:')
  return (
    <span className="one-line" {...(isName && { lang: 'en' })}>
      {actorWords(entry, t)}
    </span>
  )
}

function Subject({ subject }: { subject: string }) {
  const { t } = useTown().words
  const { kind, id, short, case: caseId } = subjectWords(subject, t)
  const name = (
    <>
      {kind}{' '}
      <span lang="en" title={id}>
        {short}
      </span>
    </>
  )
  return (
    <span className="one-line">
      {caseId === null ? (
        name
      ) : (
        <Link to="/cases/$id" params={{ id: caseId }}>
          {name}
        </Link>
      )}
    </span>
  )
}

/** The reason in the words of who did it; what changed, in the gateway's. */
function Why({ entry }: { entry: AuditEntryView }) {
  return (
    <span className="audit-why">
      {entry.reason !== null && <span lang="und">{entry.reason}</span>}
      {entry.detail !== null && (
        <span className="second one-line" lang="en" title={entry.detail}>
          {entry.detail}
        </span>
      )}
    </span>
  )
}
