import { describe, expect, test } from 'vitest'
import type { CaseDetail } from '../../../dashboard/src/api/types.ts'
import { CaseReport } from '../../../dashboard/src/cases/case-report.tsx'
import { aDetail } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPart, tenTwentyFour } from '../render.tsx'
import { anEntry } from '../town-views.ts'

/** What came from the road: words, pictures, and what was said. */

const voice = {
  sha256: 'a'.repeat(64),
  type: 'audio/webm',
  at: Date.UTC(2026, 10, 21, 2, 12),
  by: '老李',
}

const drawn = (part: Partial<CaseDetail>, language: 'zh' | 'en' = 'zh') =>
  renderPart(<CaseReport detail={aDetail({ source: 'patrol', text: null, ...part })} />, {
    language,
    now: tenTwentyFour,
  })

describe('a voice note', () => {
  test('plays where it stands, with who said it and when', async () => {
    const page = await drawn({ voices: [voice] })
    const player = one(page, '.voice-row audio').attributes
    expect(player).toMatchObject({
      src: `/api/v1/voices/${voice.sha256}`,
      preload: 'none',
      'aria-label': '老李 的语音',
    })
    expect(player).toHaveProperty('controls')
    expect(textOf(one(page, '.voice-row li'))).toBe('老李 10:12')
    expect(one(await drawn({ voices: [voice] }, 'en'), 'audio').attributes['aria-label']).toBe(
      'Voice note of 老李',
    )
  })

  test('there is one player for each', async () => {
    const voices = [voice, { ...voice, sha256: 'b'.repeat(64) }]
    expect(all(await drawn({ voices }), '.voice-row audio')).toHaveLength(2)
  })

  test('that was removed when its time was up is told', async () => {
    const facts = { voiceRemovedAt: Date.UTC(2026, 10, 21, 2) }
    const page = await drawn({ timeline: [anEntry({ act: 'opened', facts })] })
    expect(textOf(one(page, '.case-report'))).toContain('语音已过保存期，2026-11-21 删除')
    expect(textOf(one(page, '.case-report'))).not.toContain('等待上传')
  })
})

describe('a report of which only the position is here', () => {
  test('says that the rest may still wait on the phone', async () => {
    expect(textOf(one(await drawn({}), '.case-report'))).toContain('可能还在手机上等待上传')
  })
  test.each([{ text: '落石' }, { voices: [voice] }, { pictures: ['c'.repeat(64)] }])(
    'and no more when something came (%o)',
    async (part) => {
      expect(textOf(one(await drawn(part), '.case-report'))).not.toContain('等待上传')
    },
  )
  test('of an alarm there is nothing to be told', async () => {
    expect(all(await drawn({ source: 'alarm' }), '.case-report')).toHaveLength(0)
  })
})
