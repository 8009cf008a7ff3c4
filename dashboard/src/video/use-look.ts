import { useState } from 'react'
import type { VideoRoundDetail } from '../api/types.ts'
import { lookAt } from './rounds.ts'

/** What was found at the camera shown, before it is sent; every camera keeps its own. */
export interface Said {
  findings: string[]
  note: string
  tick: (item: string) => void
  tickItem: (index: number) => void
  setNote: (note: string) => void
}

interface Draft {
  findings: string[]
  note: string
}

export function useLook(round: VideoRoundDetail, camera: string): Said {
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  const look = lookAt(round, camera)
  const draft = drafts[camera] ?? { findings: look?.findings ?? [], note: look?.note ?? '' }
  const change = (part: Partial<Draft>) =>
    setDrafts((all) => ({ ...all, [camera]: { ...draft, ...part } }))

  function tick(item: string): void {
    const { findings } = draft
    const isOn = findings.includes(item)
    change({ findings: isOn ? findings.filter((one) => one !== item) : [...findings, item] })
  }

  return {
    ...draft,
    tick,
    tickItem(index) {
      const item = round.checklist[index]
      if (item !== undefined) tick(item)
    },
    setNote: (note) => change({ note }),
  }
}
