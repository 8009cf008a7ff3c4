import type { Case, Tier } from './case.ts'
import type { Addressee } from './notice.ts'
import type { Severity } from './severity.ts'
import { localTime } from './town-time.ts'

/** What is said of an entry in a case's timeline: to be read on a phone, or to be heard in a village. */

export interface NoticeSubject {
  act: string
  at: number
  /** What the person who acted wrote; null: nothing, or the gateway acted. */
  text: string | null
  /** `severity` and `escalated`: to which. */
  changedTo: string | undefined
  case: Pick<Case, 'id' | 'number' | 'title' | 'severity'>
  holderName: string | null
  to: Addressee
  /** Address of the case's page; null: nobody told the gateway its own. */
  link: string | null
  timeZone: string
}

const severityWords: Record<Severity, string> = {
  red: '红',
  orange: '橙',
  yellow: '黄',
  blue: '蓝',
}

const tierWords: Record<Tier, string> = { grid: '网格', village: '村', town: '镇街' }

const toWords: Record<Exclude<Addressee, 'holder' | 'channel'>, string> = {
  operator: '值守席',
  supervisor: '督查负责人',
  villageCadre: '村干部',
  gridWorker: '网格员',
  onDuty: '值班人员',
}

const actWords: Record<string, string> = {
  opened: '新警情',
  dispatch: '已派单，请签收',
  sendBack: '被退回，请重新分派',
  feedback: '已反馈，请核查',
  reminder: '即将到期，请抓紧办理',
  overdue: '已超期，请立即办理',
  remind: '催办，请抓紧办理',
  supervise: '督办，请按时答复',
  extend: '申请延期，请审批',
  reopen: '重新办理',
}

/** Longer words stand on the case's page. */
const maxTextLength = 200

function actText({ act, changedTo }: NoticeSubject): string {
  if (act === 'severity') return `升级为${severityWords[changedTo as Severity] ?? ''}色警情`
  if (act === 'escalated') return `超期，上报至${tierWords[changedTo as Tier] ?? '上级'}办理`
  return actWords[act] ?? act
}

function addresseeText({ to, holderName }: NoticeSubject): string | undefined {
  if (to === 'channel') return undefined
  if (to === 'holder') return holderName ? `承办：${holderName}` : undefined
  return `请${toWords[to]}处理`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function timeText(at: number, timeZone: string): string {
  const { month, day, minute } = localTime(at, timeZone)
  return `${month}月${day}日 ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** One line, without what a chat or a terminal would take for more than text. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function shortened(text: string): string {
  const letters = Array.from(plain(text))
  return letters.length > maxTextLength
    ? `${letters.slice(0, maxTextLength).join('')}…`
    : letters.join('')
}

/** What a resident told may name somebody: it stays in the house. */
function wordsOf({ act, text }: NoticeSubject): string | undefined {
  return text === null || act === 'opened' ? undefined : shortened(text)
}

export function noticeText(subject: NoticeSubject): string {
  const { number, title, severity } = subject.case
  const lines = [
    `【${severityWords[severity]}】${actText(subject)}`,
    `${number} ${plain(title)}`,
    wordsOf(subject),
    addresseeText(subject),
    timeText(subject.at, subject.timeZone),
    subject.link ?? undefined,
  ]
  return lines.filter((line) => line !== undefined && line !== '').join('\n')
}

/** For a loudspeaker: no number and no names, as everybody hears it. */
export function spokenText(subject: NoticeSubject): string {
  const { title, severity } = subject.case
  const rise = subject.act === 'severity' ? '升级为' : ''
  return `注意，注意。${plain(title)}，${rise}${severityWords[severity]}色警情。请注意安全，听从安排。`
}

/** Of at most so many bytes of UTF-8, cut between characters. */
export function cutToBytes(text: string, maxBytes: number): string {
  const encoder = new TextEncoder()
  if (encoder.encode(text).length <= maxBytes) return text
  const end = '…'
  let left = maxBytes - encoder.encode(end).length
  let kept = ''
  for (const letter of text) {
    left -= encoder.encode(letter).length
    if (left < 0) break
    kept += letter
  }
  return kept + end
}
