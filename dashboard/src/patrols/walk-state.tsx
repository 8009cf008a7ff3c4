import type { RoundState } from '../../../gateway/domain/patrol.ts'
import { useTown } from '../app/town.ts'
import { Icon, type IconName } from '../parts/icon.tsx'

const icons: Record<RoundState, IconName> = {
  planned: 'clock',
  due: 'place',
  underWay: 'place',
  done: 'check',
  incomplete: 'warning',
  missed: 'warning',
  excused: 'minus',
}

export function WalkState({ state }: { state: RoundState }) {
  const { t } = useTown().words
  return (
    <span className={`walk-state is-${state}`}>
      <Icon name={icons[state]} size={14} />
      {t(`walk.state.${state}`)}
    </span>
  )
}
