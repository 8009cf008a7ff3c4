import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { usePhone } from '../use-phone.ts'
import { hazardName, useWords } from '../words/words.ts'

interface FindingsProps {
  checklist: readonly string[]
  onBack: () => void
  onReport: (findings: string[]) => Promise<void>
}

/** The check list of the point: what is not in order goes on into a report. */
export function Findings({ checklist, onBack, onReport }: FindingsProps) {
  const words = useWords()
  const { t } = words
  const { state } = usePhone()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const turn = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
  return (
    <Page
      title={t('done.choose')}
      onBack={onBack}
      acts={
        chosen.length > 0 ? (
          <Button look="primary" isBig iconEnd="next" onClick={() => void onReport([...chosen])}>
            {t('done.goReport')}
          </Button>
        ) : (
          <Button isBig onClick={onBack}>
            {t('done.chooseNone')}
          </Button>
        )
      }
    >
      <div className="choices">
        {checklist.map((id) => (
          <Button
            key={id}
            icon={chosen.includes(id) ? 'check' : undefined}
            look={chosen.includes(id) ? 'chosen' : 'plain'}
            pressed={chosen.includes(id)}
            onClick={() => turn(id)}
          >
            {hazardName(words, id, state.day?.hazards ?? [])}
          </Button>
        ))}
      </div>
    </Page>
  )
}
