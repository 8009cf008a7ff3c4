import type { VideoRoundState } from '../../../gateway/domain/video-round.ts'
import { useTown } from '../app/town.ts'
import { Icon, type IconName } from '../parts/icon.tsx'

const icons: Record<VideoRoundState, IconName> = {
  planned: 'clock',
  due: 'eye',
  underWay: 'eye',
  done: 'check',
  incomplete: 'warning',
  missed: 'warning',
  excused: 'minus',
}

export function RoundState({ state }: { state: VideoRoundState }) {
  const { t } = useTown().words
  return (
    <span className={`round-state is-${state}`}>
      <Icon name={icons[state]} size={14} />
      {t(`video.state.${state}`)}
    </span>
  )
}
