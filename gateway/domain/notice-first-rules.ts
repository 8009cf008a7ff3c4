import type { NoticeAct, NoticeChannel, NoticeRule } from './notice.ts'

/** What the first channel of a town is used for, until the town decides otherwise. */
export function firstRules(channel: Pick<NoticeChannel, 'id' | 'kind'>): NoticeRule[] {
  const base = { enabled: true, hazards: [], channel: channel.id, quiet: null, fallback: null }
  const night = { from: '22:00', to: '07:00' }
  if (channel.kind === 'loudspeaker') {
    const acts: NoticeAct[] = ['opened', 'severity']
    return [
      { ...base, id: 'announce', name: '红色警情广播', acts, minSeverity: 'red', to: 'channel' },
    ]
  }
  const supervisors = { afterMinutes: 10, channel: '' }
  return [
    {
      ...base,
      id: 'new-case',
      name: '新警情通知值守',
      acts: ['opened', 'severity', 'reopen'],
      minSeverity: 'yellow',
      to: 'operator',
      fallback: supervisors,
    },
    {
      ...base,
      id: 'new-work',
      name: '派单、催办、督办通知承办人',
      acts: ['dispatch', 'remind', 'supervise', 'reminder', 'overdue'],
      minSeverity: 'blue',
      to: 'holder',
      quiet: night,
    },
    {
      ...base,
      id: 'village',
      name: '超期升级通知村干部',
      acts: ['escalated'],
      minSeverity: 'blue',
      to: 'villageCadre',
      quiet: night,
    },
    {
      ...base,
      id: 'desk',
      name: '退回、反馈、延期、超期通知值守',
      acts: ['sendBack', 'feedback', 'extend', 'overdue', 'escalated'],
      minSeverity: 'blue',
      to: 'operator',
      quiet: night,
    },
  ]
}
