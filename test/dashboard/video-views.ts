import type {
  VideoCoverageView,
  VideoLookView,
  VideoPlanView,
  VideoRoundDetail,
} from '../../dashboard/src/api/types.ts'

/** Video rounds as the gateway tells of them, at 10:24 in the sample town. */

const now = Date.UTC(2026, 10, 21, 2, 24)
const minute = 60_000

export function aVideoPlan(part: Partial<VideoPlanView> = {}): VideoPlanView {
  return {
    id: 'p1',
    name: '早间巡查',
    scope: '990101101',
    cameras: ['v5-cam1', 'v5-cam2'],
    checklist: ['有烟或有火'],
    starts: ['08:30', '14:00'],
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    windowMin: 60,
    enabled: true,
    ...part,
  }
}

export function aVideoLook(part: Partial<VideoLookView> = {}): VideoLookView {
  return {
    camera: 'v5-cam1',
    at: now - 5 * minute,
    by: '值守员甲',
    verdict: 'normal',
    findings: [],
    note: null,
    case: null,
    caseNumber: null,
    picture: null,
    ...part,
  }
}

/** Due now, nobody looked yet. */
export function aVideoRound(part: Partial<VideoRoundDetail> = {}): VideoRoundDetail {
  const looks = part.looks ?? []
  return {
    id: 'r1',
    plan: 'p1',
    name: '早间巡查',
    scope: '990101101',
    state: 'due',
    dueFrom: now - 24 * minute,
    dueUntil: now + 36 * minute,
    cameras: ['1', '2', '3'].map((n) => ({ id: `v5-cam${n}`, name: `${n}号摄像机` })),
    looked: looks.length,
    reported: looks.filter(({ verdict }) => verdict === 'reported').length,
    signedAt: null,
    signedBy: null,
    excusedReason: null,
    checklist: ['有烟或有火', '画面被遮挡'],
    looks,
    ...part,
  }
}

/** Four days up to 2026-11-21. */
export function aCoverage(part: Partial<VideoCoverageView> = {}): VideoCoverageView {
  const camera = (id: string, looked: number[], planned: number[]) => ({
    id,
    name: `${id}号摄像机`,
    village: '990101101205',
    looked,
    planned,
  })
  return {
    from: '20261118',
    to: '20261121',
    days: ['20261118', '20261119', '20261120', '20261121'],
    cameras: [
      camera('1', [2, 1, 0, 1], [2, 2, 2, 2]),
      camera('2', [0, 0, 0, 0], [0, 1, 0, 1]),
      camera('3', [1, 0, 0, 0], [0, 0, 0, 0]),
    ],
    ...part,
  }
}
