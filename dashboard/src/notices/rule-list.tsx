import { Button, Switch } from 'antd'
import type { ChannelView, NoticeRuleView } from '../api/types.ts'
import { type TownView, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

interface RuleListProps {
  rules: readonly NoticeRuleView[]
  channels: readonly ChannelView[]
  isBusy: boolean
  onEnable: (rule: NoticeRuleView, enabled: boolean) => void
  onEdit: (rule: NoticeRuleView) => void
  onRemove: (rule: NoticeRuleView) => void
}

/** A rule as it would be said: when what happens, who is told, through what, when not, and who else. */
function ruleLines(
  town: TownView,
  rule: NoticeRuleView,
  channels: readonly ChannelView[],
): string[] {
  const { t } = town.words
  const list = (words: string[]) => words.join(t('list.comma'))
  const channelName = (id: string) => channels.find((one) => one.id === id)?.name ?? id
  const hazards =
    rule.hazards.length === 0 ? t('rule.allHazards') : list(rule.hazards.map(town.hazard))
  return [
    t('rule.when', {
      acts: list(rule.acts.map((act) => t(`notice.act.${act}`))),
      hazards,
      severity: t(`severity.${rule.minSeverity}.long`),
    }),
    t('rule.tells', { to: t(`notice.to.${rule.to}`), channel: channelName(rule.channel) }),
    ...(rule.quiet ? [t('rule.quietLine', rule.quiet)] : []),
    ...(rule.fallback
      ? [
          t('rule.fallbackLine', {
            n: rule.fallback.afterMinutes,
            other:
              rule.fallback.channel === ''
                ? t('rule.supervisors')
                : channelName(rule.fallback.channel),
          }),
        ]
      : []),
  ]
}

export function RuleList(props: RuleListProps) {
  const { rules, channels, isBusy, onEnable, onEdit, onRemove } = props
  const town = useTown()
  const { t } = town.words
  return (
    <ul className="rule-list" aria-label={t('notices.tab.rules')}>
      {rules.map((rule) => (
        <li
          key={rule.id}
          className={rule.enabled ? 'panel rule' : 'panel rule is-off'}
          data-rule={rule.id}
        >
          <div className="rule-head">
            <Switch
              size="small"
              aria-label={t('channel.enable', { name: rule.name })}
              checked={rule.enabled}
              disabled={isBusy}
              onChange={(enabled) => onEnable(rule, enabled)}
            />
            <h2>{rule.name}</h2>
            <Button size="small" onClick={() => onEdit(rule)}>
              {t('people.edit')}
            </Button>
            <Button
              size="small"
              aria-label={t('channel.removeFor', { name: rule.name })}
              icon={<Icon name="close" size={14} />}
              disabled={isBusy}
              onClick={() => onRemove(rule)}
            />
          </div>
          {ruleLines(town, rule, channels).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </li>
      ))}
    </ul>
  )
}
