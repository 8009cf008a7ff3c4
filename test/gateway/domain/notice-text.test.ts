import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeActs } from '../../../gateway/domain/notice.ts'
import {
  cutToBytes,
  type NoticeSubject,
  noticeText,
  spokenText,
} from '../../../gateway/domain/notice-text.ts'

const subject: NoticeSubject = {
  act: 'opened',
  at: Date.UTC(2026, 10, 21, 6, 5),
  text: null,
  changedTo: undefined,
  case: { id: 'x', number: '云岭-20261121-0042', title: '凉水一组 疑似森林火情', severity: 'red' },
  holderName: null,
  to: 'operator',
  link: 'https://town.example/cases/x',
  timeZone: 'Asia/Shanghai',
}

describe('a notice in words', () => {
  it('says what, which, where, for whom, when', () => {
    expect(noticeText(subject)).toBe(
      [
        '【红】新警情',
        '云岭-20261121-0042 凉水一组 疑似森林火情',
        '请值守席处理',
        '11月21日 14:05',
        'https://town.example/cases/x',
      ].join('\n'),
    )
  })

  it('says to which severity, to which level, by whose hands, in whose words', () => {
    const text = (more: Partial<NoticeSubject>) => noticeText({ ...subject, ...more })
    expect(text({ act: 'severity', changedTo: 'red' })).toContain('升级为红色警情')
    expect(text({ act: 'escalated', changedTo: 'town' })).toContain('上报至镇街办理')
    expect(text({ act: 'escalated' })).toContain('上报至上级办理')
    expect(text({ to: 'holder', holderName: '张三' })).toContain('承办：张三')
    expect(text({ act: 'supervise', text: '下午四点前\n答复' })).toContain('\n下午四点前 答复\n')
    expect(text({ text: '李四的院子' })).not.toContain('李四')
    expect(text({ link: null, to: 'channel' }).split('\n')).toHaveLength(3)
  })

  it.each(noticeActs)('has a word for %s', (act) => {
    expect(noticeText({ ...subject, act }).split('\n')[0]).not.toContain(act)
  })

  it('lets nobody write lines or invisible letters of their own, or go on for ever', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const lines = noticeText({ ...subject, act: 'supervise', text }).split('\n')
        expect(lines.length).toBeLessThanOrEqual(6)
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(Array.from(lines[2] as string).length).toBeLessThanOrEqual(201)
      }),
    )
  })

  it('tells a village no number and no name', () => {
    const spoken = spokenText({ ...subject, holderName: '张三', text: '李四的院子' })
    expect(spoken).toBe('注意，注意。凉水一组 疑似森林火情，红色警情。请注意安全，听从安排。')
  })
})

describe('a text that must not be longer', () => {
  it('is cut between characters, and stays as it is where it fits', () => {
    expect(cutToBytes('山火', 6)).toBe('山火')
    expect(cutToBytes('山火警', 8)).toBe('山…')
    expect(cutToBytes('🔥🔥', 7)).toBe('🔥…')
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 3, max: 120 }),
        (text, most) => {
          const cut = cutToBytes(text, most)
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most)
          expect(text.startsWith(cut.replace(/…$/u, '')) || text === cut).toBe(true)
          expect(cut).not.toContain('\ufffd')
        },
      ),
    )
  })
})
