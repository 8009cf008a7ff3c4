import type { ReactNode } from 'react'
import type { Ways } from '../screens/use-screens.ts'
import { usePhone } from '../use-phone.ts'
import { useWords } from '../words/words.ts'
import { Button } from './button.tsx'

interface WalkActsProps {
  ways: Ways
  /** The big button; it is in the same place on every screen of the walk. */
  children: ReactNode
  onLeave?: () => void
}

export function WalkActs({ ways, children, onLeave }: WalkActsProps) {
  const { t } = useWords()
  const { state } = usePhone()
  const waiting = state.queue.length + state.refused.length
  const leave = (name: 'report' | 'queue' | 'help') => {
    onLeave?.()
    ways.go({ name })
  }
  return (
    <footer className="acts walk-acts">
      {children}
      <div className="walk-second">
        <Button icon="camera" onClick={() => leave('report')}>
          {t('home.report')}
        </Button>
        <Button
          icon="upload"
          look={waiting > 0 && state.done !== null ? 'solid' : 'plain'}
          onClick={() => leave('queue')}
        >
          {t('home.queue', { n: waiting })}
        </Button>
      </div>
      <div className="walk-help">
        <Button look="help" icon="warning" onClick={() => leave('help')}>
          {t('home.help')}
        </Button>
      </div>
    </footer>
  )
}
