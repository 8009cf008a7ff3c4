import { describe, expect, test } from 'vitest'
import { defaultMappings } from '../../../gateway/domain/camera-event-defaults.ts'
import { roles } from '../../../gateway/domain/person.ts'
import { aCamera, aStill, someAbilities, turning } from '../camera-views.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { foreign } from '../one-language.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { aSession } from '../town-views.ts'

const problems = [
  'wrongPassword',
  'locked',
  'unreachable',
  'notAllowed',
  'noOnvif',
  'noEvents',
  'unsupported',
  'fault',
  'timeout',
] as const
const preset = { token: 'p', name: '', panDeg: null, tiltDeg: null }
const mask: [number, number][] = [
  [0.1, 0.1],
  [0.2, 0.1],
  [0.2, 0.2],
]

const cameras = [
  aCamera({
    id: 'v5-cam1',
    abilities: turning([preset]),
    masks: [mask],
    viewers: 2,
    heldBy: 'desk01',
    heldUntil: now + 30_000,
  }),
  aCamera({ id: 'v5-cam2', pictureFaults: ['pictureFrozen', 'pictureBlack', 'pictureMoved'] }),
  aCamera({ id: 'v5-cam3', path: 'noLogin', pathSince: null, abilities: null, headingDeg: null }),
  aCamera({ id: 'v5-cam4', path: 'refused', problem: 'wrongPassword' }),
  aCamera({ id: 'v5-cam5', path: 'connecting', village: '990101101202' }),
  aCamera({ id: 'v5-cam6', abilities: { ...someAbilities, events: false, clockOffsetMs: 99_000 } }),
  ...problems.map((problem, n) =>
    aCamera({ id: `v2-cam${n}`, path: 'down', pathSince: now - 60_000, problem, trouble: '1' }),
  ),
]

const answers: NonNullable<Scene['answers']> = [
  [['cameras'], cameras],
  ...cameras.flatMap((camera) => [
    [['camera', camera.id], camera] as const,
    [
      ['camera-stills', camera.id],
      (['alarm', 'cue', 'round', 'idle'] as const).map((cause, n) =>
        aStill({ cause, at: now - n, case: n === 1 ? null : 'case-1' }),
      ),
    ] as const,
  ]),
  [['camera-mappings'], [...defaultMappings]],
  [
    ['camera-unmapped'],
    [
      {
        topic: 'VideoSource/MotionAlarm',
        items: { State: 'true' },
        devices: ['v5-cam1'],
        count: 3,
        firstAt: now,
        lastAt: now,
      },
    ],
  ],
]

const addresses = [
  '/cameras',
  '/cameras?state=down',
  '/cameras?village=990101101209',
  '/cameras?tab=events',
  '/cameras/wall',
  ...cameras.map(({ id }) => `/cameras/${id}`),
]

describe('one language a page', () => {
  const session = aSession('townAdmin')
  test.each(addresses)('%s', async (path) => {
    for (const language of ['zh', 'en'] as const) {
      expect(await foreign(path, language, { session, answers })).toEqual([])
      expect(await foreign(path, language, { session, answers: [] })).toEqual([])
    }
  })
  test.each(roles)('%s sees one language too', async (role) => {
    for (const path of ['/cameras', '/cameras/wall', '/cameras/v5-cam1'])
      expect(await foreign(path, 'zh', { session: aSession(role), answers }), path).toEqual([])
  })
})

describe('the list', () => {
  const card = async (id: string, scene: Scene = {}) =>
    textOf(one(await renderPage('/cameras', { answers, ...scene }), `[data-camera=${id}]`))
  test('says of each how it is reached, what is wrong and who looks', async () => {
    expect(await card('v5-cam1')).toContain('在线')
    expect(await card('v5-cam1')).toContain('2 人在看')
    expect(await card('v5-cam2')).toContain('画面全黑')
    expect(await card('v5-cam3')).toContain('没有登录密码')
    expect(await card('v5-cam4')).toContain('密码不对')
    expect(await card('v2-cam2')).toContain('10:23 起不通')
  })
  test('the administrator joins cameras and sets logins, others are told whom to ask', async () => {
    const admin = await renderPage('/cameras', { answers, session: aSession('townAdmin') })
    expect(all(admin, 'button').map(nameOf)).toEqual(
      expect.arrayContaining(['接入摄像机', '一起设密码']),
    )
    const desk = await renderPage('/cameras', { answers })
    expect(all(desk, 'button').map(nameOf)).not.toContain('接入摄像机')
    expect(textOf(one(desk, '.camera-login-banner'))).toContain('请镇管理员设置')
  })
  test('is narrowed by state', async () => {
    const drawn = await renderPage('/cameras?state=noLogin', { answers })
    expect(all(drawn, '.camera-card')).toHaveLength(1)
  })
  test('without cameras says what comes next', async () => {
    const empty: Scene = { answers: [[['cameras'], []]] }
    expect(textOf(one(await renderPage('/cameras', empty), '.empty'))).toContain('请镇管理员')
    const admin = { ...empty, session: aSession('townAdmin') }
    expect(textOf(one(await renderPage('/cameras', admin), '.empty'))).toContain('搜索网络')
  })
})

describe('the page of one camera', () => {
  const page = (id: string, role: Parameters<typeof aSession>[0] = 'townAdmin') =>
    renderPage(`/cameras/${id}`, { answers, session: aSession(role) })
  test.each(problems.map((problem, n) => [problem, `v2-cam${n}`]))(
    '%s has its message and advice',
    async (_problem, id) => {
      const said = textOf(one(await page(id), '.camera-trouble'))
      expect(said.length).toBeGreaterThan(14)
    },
  )
  test('each problem is told in words of its own', async () => {
    const said = await Promise.all(
      problems.map(async (_, n) => textOf(one(await page(`v2-cam${n}`), '.camera-trouble strong'))),
    )
    expect(new Set(said).size).toBe(problems.length)
  })
  test('its password is nowhere', async () => {
    const drawn = await page('v5-cam1')
    expect(textOf(drawn)).toContain('已保存，不显示')
    expect(all(drawn, 'input[type=password]')).toHaveLength(0)
  })
  test('who may not set it sees no login and no masks to draw', async () => {
    const drawn = await page('v5-cam1', 'operator')
    expect(all(drawn, '.mask-editor')).toHaveLength(0)
    expect(textOf(drawn)).not.toContain('更改登录')
  })
  test('only those who may turn it get the pad', async () => {
    for (const role of ['townAdmin', 'supervisor', 'operator'] as const)
      expect(all(await page('v5-cam1', role), '.ptz-button')).toHaveLength(6)
    for (const role of ['gridWorker', 'patroller', 'viewer'] as const)
      expect(all(await page('v5-cam1', role), '.ptz-button')).toHaveLength(0)
    expect(all(await page('v5-cam2'), '.ptz-button')).toHaveLength(0)
  })
  test('says whose hand is on it', async () =>
    expect(textOf(one(await page('v5-cam1'), '.ptz-hand'))).toContain('您在操作'))
  test('kept pictures lead to their cases', async () =>
    expect(
      all(await page('v5-cam1'), '.camera-kept-list p a').map((link) => link.attributes['href']),
    ).toEqual(['/cases/case-1', '/cases/case-1', '/cases/case-1']))
  test('the corners of a mask have names and can be reached by keyboard', async () => {
    const corners = all(await page('v5-cam1'), 'button.mask-corner')
    expect(corners.map(nameOf)).toEqual([1, 2, 3].map((n) => `遮挡 1 的第 ${n} 个角`))
    expect(corners.some((corner) => corner.attributes['tabindex'] === '-1')).toBe(false)
  })
})

test('events without a meaning are mapped with one click', async () => {
  const scene = { answers, session: aSession('townAdmin') }
  const drawn = await renderPage('/cameras?tab=events', scene)
  expect(textOf(one(drawn, '.unmapped li'))).toContain('画面有动静')
  expect(all(drawn, '.unmapped button').map(nameOf)).toEqual(['设含义'])
  expect(all(drawn, '.sheet [data-row]')).toHaveLength(defaultMappings.length)
})
