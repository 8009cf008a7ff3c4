import type { Addressee } from '../../../gateway/domain/notice.ts'
import type { Severity } from '../../../gateway/domain/severity.ts'
import type { NoticeRuleView } from '../api/types.ts'

/** A rule as a form holds it: what is switched off keeps its values while the form is open. */
export interface RuleEntry {
  name: string
  acts: NoticeRuleView['acts']
  hazards: string[]
  minSeverity: Severity
  to: Addressee
  channel: string
  isQuiet: boolean
  quietFrom: string
  quietTo: string
  hasFallback: boolean
  fallbackMinutes: number
  /** Empty: the supervisors. */
  fallbackChannel: string
}

const usual = {
  isQuiet: false,
  quietFrom: '22:00',
  quietTo: '07:00',
  hasFallback: false,
  fallbackMinutes: 10,
  fallbackChannel: '',
}

export function newEntry(channel: string): Partial<RuleEntry> {
  return { ...usual, acts: ['opened'], hazards: [], minSeverity: 'yellow', to: 'operator', channel }
}

export function entryOf(rule: NoticeRuleView): RuleEntry {
  const { name, acts, hazards, minSeverity, to, channel, quiet, fallback } = rule
  return {
    ...usual,
    name,
    acts,
    hazards,
    minSeverity,
    to,
    channel,
    ...(quiet && { isQuiet: true, quietFrom: quiet.from, quietTo: quiet.to }),
    ...(fallback && {
      hasFallback: true,
      fallbackMinutes: fallback.afterMinutes,
      fallbackChannel: fallback.channel,
    }),
  }
}

export function ruleOf(
  entry: RuleEntry,
  { id, enabled }: Pick<NoticeRuleView, 'id' | 'enabled'>,
): NoticeRuleView {
  const { name, acts, hazards, minSeverity, to, channel } = entry
  return {
    id,
    enabled,
    name: name.trim(),
    acts,
    hazards,
    minSeverity,
    to,
    channel,
    quiet: entry.isQuiet ? { from: entry.quietFrom, to: entry.quietTo } : null,
    fallback: entry.hasFallback
      ? { afterMinutes: entry.fallbackMinutes, channel: entry.fallbackChannel }
      : null,
  }
}

/** In its place where it is known, else at the end. */
export function withRule(
  rules: readonly NoticeRuleView[],
  changed: NoticeRuleView,
): NoticeRuleView[] {
  return rules.some(({ id }) => id === changed.id)
    ? rules.map((rule) => (rule.id === changed.id ? changed : rule))
    : [...rules, changed]
}
