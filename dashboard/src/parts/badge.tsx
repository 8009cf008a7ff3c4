import type { Severity } from '../../../gateway/domain/severity.ts'
import { useWords } from '../i18n/language.ts'
import { severityShape } from '../theme/tokens.ts'
import './badge.css'

/** Unacknowledged: filled with a ring. Acknowledged: filled. Gone by itself, unseen: outline. */
export type BadgeState = 'unacknowledged' | 'acknowledged' | 'cleared'

export function badgeState(one: {
  unacknowledged: number
  active: number
  alarms: number
}): BadgeState {
  if (one.unacknowledged === 0) return 'acknowledged'
  return one.active === 0 ? 'cleared' : 'unacknowledged'
}

const accessibleState = {
  unacknowledged: 'alarm.activeUnacknowledged',
  acknowledged: 'alarm.activeAcknowledged',
  cleared: 'alarm.clearedUnacknowledged',
} as const

interface BadgeProps {
  severity: Severity
  size: number
  state?: BadgeState
  /** Where the words stand beside it anyway, the badge stays silent. */
  decorative?: boolean
}

export function Badge({ severity, size, state = 'acknowledged', decorative = false }: BadgeProps) {
  const { t, language } = useWords()
  const shape = severityShape(severity, language)
  const name = `${t(`severity.${severity}.long`)} ${t(accessibleState[state])}`
  return (
    <svg
      className={`badge badge-${severity} badge-${state}`}
      viewBox="0 0 32 32"
      width={size}
      height={size}
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
    >
      {state === 'unacknowledged' && (
        <path
          className="badge-ring"
          d={shape.path}
          transform="translate(16 16) scale(1.26) translate(-16 -16)"
        />
      )}
      <path className="badge-shape" d={shape.path} />
      <text
        className="badge-character"
        x="16"
        y={shape.baseline}
        fontSize={shape.fontSize}
        textAnchor="middle"
      >
        {shape.character}
      </text>
    </svg>
  )
}
