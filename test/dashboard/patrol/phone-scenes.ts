import type {
  DayPoint,
  DayRound,
  Phone,
  PhoneState,
  Walk,
} from '../../../dashboard/patrol/phone.ts'
import type { Screen } from '../../../dashboard/patrol/screens/use-screens.ts'

/** Every screen of the phone in each of its states: the day of the reference pictures. */

/** 2026-11-21 10:16 in the town. */
export const tenSixteen = Date.UTC(2026, 10, 21, 2, 16)
const minute = 60_000
const names = [
  '双桥村村口',
  '晒谷坪',
  '后山水塔',
  '土地庙',
  '双桥村老屋场',
  '加油站旁',
  '双桥小学',
  '石拱桥头',
  '竹林坳',
  '水库闸口',
  '砖厂路口',
  '村委会',
]
const hints = ['标签在老屋大门右边，蓝色圆牌', null]

export const points: DayPoint[] = names.map((name, index) => ({
  id: `p${index + 1}`,
  name,
  lon: 112.4 + index * 0.003,
  lat: 25.9 + index * 0.002,
  radiusM: 50,
  tag: 'qr',
  hint: hints[index % 2] ?? null,
  checklist: ['forestFire', 'strawBurning', 'environment'],
  reader: null,
  village: '990101101201',
  grid: '990101101201001',
  placeName: '双桥村一组',
}))

type RoundOptions = Partial<Omit<DayRound, 'points'>> & { from: number; till: number; done: number }

export function aRound({ from, till, done, ...other }: RoundOptions): DayRound {
  const own = points.slice(from, till)
  return {
    id: `r${from}`,
    route: 'route-1',
    name: '双桥村联巡线',
    village: '990101101201',
    team: '红袖标7队',
    state: 'underWay',
    dueFrom: Date.UTC(2026, 10, 21, 0),
    dueUntil: Date.UTC(2026, 10, 21, 4),
    points: own.map(({ id, name }, index) => ({
      id,
      name,
      visitedAt: index < done ? tenSixteen - (done - index) * 10 * minute : null,
    })),
    visited: done,
    excusedReason: null,
    order: 'any',
    checklist: [],
    isOwn: true,
    ...other,
  }
}

export function aWalk(round: DayRound, more: Partial<Walk> = {}): Walk {
  const known = new Map(points.map((point) => [point.id, point]))
  const walked = round.points.map(({ id, visitedAt }) => ({
    point: known.get(id) as DayPoint,
    visitedAt,
  }))
  return {
    round,
    points: walked,
    visited: round.visited,
    total: walked.length,
    next: walked.find(({ visitedAt }) => visitedAt === null)?.point ?? null,
    distanceM: 322,
    bearing: 45,
    ...more,
  }
}

export const morning = aRound({ from: 0, till: 6, done: 4 })
export const afternoon = aRound({
  from: 6,
  till: 12,
  done: 0,
  state: 'planned',
  dueFrom: Date.UTC(2026, 10, 21, 6),
  dueUntil: Date.UTC(2026, 10, 21, 10),
})

const hazards = [
  'forestFire',
  'strawBurning',
  'smoke',
  'geological',
  'flood',
  'traffic',
  'environment',
  'dispute',
].map((id) => ({ id, name: id }))
const hazardNames: Record<string, string> = {
  forestFire: '森林火情',
  strawBurning: '秸秆焚烧',
  smoke: '烟雾',
  geological: '地质灾害',
  flood: '水情汛情',
  traffic: '交通安全',
  environment: '人居环境',
  dispute: '矛盾纠纷',
}

const task: PhoneState['tasks'][number] = {
  id: 't1',
  case: 'c1',
  number: 'YL20261121-012',
  title: '双桥村老屋场秸秆焚烧',
  hazard: 'strawBurning',
  text: '明火已浇灭，秸秆清走',
  village: '990101101201',
  team: '红袖标7队',
  lon: 112.412,
  lat: 25.908,
  radiusM: 150,
  point: 'p5',
  openedAt: tenSixteen - 40 * minute,
  doneAt: null,
  verdict: null,
}

const walking: PhoneState = {
  stage: 'patrol',
  offline: 'ready',
  person: { username: 'p7', name: '陈秀英', role: 'patroller', team: '红袖标7队' },
  others: [],
  isOnline: false,
  sync: 'away',
  nextTryAt: tenSixteen + minute,
  day: {
    now: tenSixteen,
    person: { id: 'u7', name: '陈秀英', team: '红袖标7队', scope: '990101101201' },
    town: { code: '990101101', name: '云岭镇', timeZone: 'Asia/Shanghai' },
    rounds: [morning, afternoon],
    points,
    hazards: hazards.map(({ id }) => ({ id, name: hazardNames[id] ?? id })),
    tasks: [],
  },
  dayAt: tenSixteen - 5 * minute,
  walk: aWalk(morning),
  otherRounds: [afternoon],
  tasks: [],
  reports: [],
  queue: [
    {
      id: 'q1',
      kind: 'checkin',
      at: tenSixteen - 8 * minute,
      text: '土地庙',
      progress: null,
      state: 'waiting',
    },
    {
      id: 'q2',
      kind: 'photo',
      at: tenSixteen - 8 * minute,
      text: '土地庙',
      progress: { sent: 0, size: 200_000 },
      state: 'waiting',
    },
  ],
  refused: [],
  taken: [],
  fix: { lon: 112.41, lat: 25.906, accuracyM: 12, at: tenSixteen },
  fixState: 'found',
  done: null,
  isTagKept: false,
  isTagWrong: false,
  wanted: null,
  isDiskFull: false,
}

const fifth = points[4] as DayPoint
const done: NonNullable<PhoneState['done']> = {
  id: 'd1',
  at: tenSixteen,
  point: fifth,
  isProbable: false,
  isAgain: false,
  checklist: fifth.checklist,
  isOpen: true,
}
const fiveDone = aRound({ from: 0, till: 6, done: 5 })
const afterDone: Partial<PhoneState> = {
  done,
  walk: aWalk(fiveDone, { distanceM: 2010, bearing: 2 }),
  queue: [
    ...walking.queue,
    {
      id: 'd1',
      kind: 'checkin',
      at: tenSixteen,
      text: fifth.name,
      progress: null,
      state: 'waiting',
    },
  ],
}

const reports: PhoneState['reports'] = [
  {
    id: 'x1',
    case: 'c9',
    number: 'YL20261121-009',
    title: '双桥村人居环境',
    state: 'closed',
    at: tenSixteen - 60 * minute,
    text: '河边堆了建筑垃圾',
    answers: [
      { at: tenSixteen - 20 * minute, act: 'feedback', by: '环卫所', text: '已清运，立了牌子' },
    ],
  },
  {
    id: 'x2',
    case: 'c10',
    number: 'YL20261121-011',
    title: '双桥村交通安全',
    state: 'handling',
    at: tenSixteen - 30 * minute,
    text: null,
    answers: [],
  },
]

export interface PhoneScene {
  state: PhoneState
  screen: Screen
}

function scene(change: Partial<PhoneState>, screen: Screen = { name: 'home' }): PhoneScene {
  return { state: { ...walking, ...change }, screen }
}

const oneRound = aRound({ from: 0, till: 12, done: 12, state: 'done' })

export const scenes = {
  opening: scene({ stage: 'opening' }),
  signIn: scene({
    stage: 'signIn',
    person: null,
    isTagKept: true,
    others: [
      { username: 'p7', name: '陈秀英', waiting: 3 },
      { username: 'p8', name: '李建国', waiting: 0 },
    ],
  }),
  home: scene({}),
  homeOnline: scene({ isOnline: true, sync: 'idle', queue: [], tasks: [task] }),
  homeNoFix: scene({ walk: aWalk(morning, { distanceM: null, bearing: null }), fix: null }),
  homeHere: scene({ walk: aWalk(morning, { distanceM: 8 }) }),
  homeAllDone: scene({ walk: aWalk(oneRound), otherRounds: [] }),
  homeNoRound: scene({ walk: aWalk(afternoon), otherRounds: [] }),
  homeNoDay: scene({ day: null, dayAt: null, walk: null, otherRounds: [] }),
  done: scene(afterDone),
  doneProbable: scene({
    ...afterDone,
    isOnline: true,
    sync: 'sending',
    done: { ...done, isProbable: true, isOpen: false, checklist: [] },
  }),
  scan: scene({}, { name: 'scan' }),
  hand: scene({}, { name: 'hand' }),
  report: scene({}, { name: 'report' }),
  reportNoFix: scene({ fix: null }, { name: 'report', hazard: 'environment' }),
  help: scene({}, { name: 'help' }),
  queue: scene(
    {
      isOnline: true,
      sync: 'sending',
      queue: [
        ...walking.queue.slice(0, 1),
        {
          id: 'q3',
          kind: 'photo',
          at: tenSixteen - 3 * minute,
          text: '双桥村老屋场',
          progress: { sent: 124_000, size: 200_000 },
          state: 'sending',
        },
      ],
      refused: [
        {
          id: 'z1',
          kind: 'checkin',
          at: tenSixteen - 50 * minute,
          text: '晒谷坪',
          reason: 'replayed',
          detail: 'This touch of the tag was used before.',
        },
      ],
    },
    { name: 'queue' },
  ),
  queueEmpty: scene({ queue: [], isOnline: true, sync: 'idle' }, { name: 'queue' }),
  more: scene({}, { name: 'more' }),
  rounds: scene({}, { name: 'rounds' }),
  reports: scene({ reports }, { name: 'reports' }),
  reportsNone: scene({}, { name: 'reports' }),
  tasks: scene({ tasks: [task] }, { name: 'tasks' }),
  task: scene({ tasks: [task] }, { name: 'task', id: 't1' }),
  settings: scene({}, { name: 'settings' }),
} satisfies Record<string, PhoneScene>

export type SceneName = keyof typeof scenes

/** An engine that answers everything well and writes down what was asked. */
export function scenePhone(first: PhoneState, asked: unknown[][] = []): Phone {
  let state = first
  const listeners = new Set<() => void>()
  const change = (part: Partial<PhoneState>) => {
    state = { ...state, ...part }
    for (const listener of listeners) listener()
  }
  const note =
    <T>(name: string, answer: T) =>
    async (...given: unknown[]) => {
      asked.push([name, ...given])
      return answer
    }
  const stored = { kind: 'stored', id: 'x1' } as const
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: note('start', undefined),
    stop: () => undefined,
    signIn: note('signIn', { kind: 'codeRequired' }),
    signOut: note('signOut', { kind: 'waiting', count: state.queue.length }),
    handOver: note('handOver', undefined),
    signInAgain: note('signInAgain', undefined),
    async checkIn(scanned) {
      asked.push(['checkIn', scanned])
      if (scanned.kind === 'text' && !scanned.text.includes('/c/')) return { kind: 'notOurs' }
      change({ done: { ...done } })
      return { kind: 'done', checkin: done }
    },
    hold: note('hold', undefined),
    add: note('add', true),
    finish: note('finish', true),
    closeDone() {
      asked.push(['closeDone'])
      change({ done: null })
    },
    report: note('report', stored),
    help: note('help', stored),
    say: note('say', stored),
    seen: note('seen', undefined),
    sendNow: () => asked.push(['sendNow']),
    refreshDay: note('refreshDay', undefined),
    chooseRound: (id) => asked.push(['chooseRound', id]),
  }
}
