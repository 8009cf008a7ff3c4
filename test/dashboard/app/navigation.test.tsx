import { describe, expect, test } from 'vitest'
import { Account } from '../../../dashboard/src/app/account.tsx'
import { BrandMenu, Navigation } from '../../../dashboard/src/app/navigation.tsx'
import { RouteFailure, RouteMissing } from '../../../dashboard/src/app/route-failure.tsx'
import { Shell } from '../../../dashboard/src/app/shell.tsx'
import { villageOfScope, worksAtDesk } from '../../../dashboard/src/app/town.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { renderPage, renderPart, type Scene } from '../render.tsx'
import { aLoad, aSession } from '../town-views.ts'

const village = '990101101205'
const scopeOf = (role: Role) => (worksAtDesk(role) ? '990101101' : village)

const links = async (scene: Scene) =>
  all(await renderPart(<Navigation />, scene), 'a').map((link) => textOf(link))

describe('where a person can go', () => {
  const desk = ['值守台', '工单', '看板', '设备', '历史', '摄像机', '视频巡查', '巡逻', '隔离区']
  const office = ['工单', '看板', '设备', '历史', '摄像机']
  const field = ['我的任务', ...office]
  // Who looks after more than one page behind the daily ones finds them under one word.
  const shown: Record<Role, { pages: string[]; menu: string[] }> = {
    townAdmin: { pages: desk, menu: ['管理'] },
    supervisor: { pages: desk, menu: ['管理'] },
    operator: { pages: desk, menu: ['管理'] },
    villageCadre: { pages: [...field, '视频巡查', '巡逻'], menu: ['管理'] },
    gridWorker: { pages: field, menu: [] },
    patroller: { pages: field, menu: [] },
    viewer: { pages: office, menu: [] },
  }
  test.each(roles)('%s', async (role) => {
    const session = aSession(role, scopeOf(role))
    expect(await links({ session })).toEqual(shown[role].pages)
    const menu = all(await renderPart(<Navigation />, { session }), 'nav button')
    expect(menu.map((button) => nameOf(button))).toEqual(shown[role].menu)
  })
  test('in English', async () =>
    expect(await links({ language: 'en' })).toEqual([
      'Console',
      'Cases',
      'Boards',
      'Devices',
      'History',
      'Cameras',
      'Rounds',
      'Patrols',
      'Quarantine',
    ]))
  test('what waits is counted beside its page, nought is left out', async () => {
    const answers = (load: Parameters<typeof aLoad>[0]) => [[['load'], aLoad(load)] as const]
    expect(
      await links({ answers: answers({ unacknowledged: 3, quarantineWaiting: 214 }) }),
    ).toEqual([
      '值守台3',
      '工单',
      '看板',
      '设备',
      '历史',
      '摄像机',
      '视频巡查',
      '巡逻',
      '隔离区99+',
    ])
    expect(await links({ answers: answers({}) })).toEqual(desk)
    expect((await links({ answers: answers({ quarantineWaiting: 99 }) })).at(-1)).toBe('隔离区99')
  })
  test('it is a landmark with a name', async () =>
    expect(one(await renderPart(<Navigation />), 'nav').attributes['aria-label']).toBe('页面'))
  test('on the desk the way out is behind the brand, and says so', async () => {
    const brand = one(await renderPart(<BrandMenu page="监控值守台" />), 'button')
    expect(brand.attributes['aria-label']).toBe('打开其他页面')
    expect(textOf(brand)).toContain('云岭镇 · 监控值守台')
  })
})

describe('who is signed in', () => {
  test('by the name others see in the course of a case', async () =>
    expect(textOf(one(await renderPart(<Account />), '.person'))).toBe('值守员甲'))
  test('every button without words has a name', async () => {
    for (const language of ['zh', 'en'] as const) {
      const buttons = all(await renderPart(<Account />, { language }), 'button')
      expect(buttons.every((button) => nameOf(button) !== '')).toBe(true)
    }
  })
  test('the clock is the town’s', async () => {
    const clock = one(await renderPart(<Account />), '.bar-clock')
    expect(textOf(clock)).toBe('10:24:0011月21日 周六')
    expect(textOf(one(await renderPart(<Account />, { language: 'en' }), '.bar-clock'))).toBe(
      '10:24:00Sat 21 Nov',
    )
  })
  test('the clock of a town elsewhere', async () => {
    const session = aSession()
    session.town.timeZone = 'Asia/Urumqi'
    expect(textOf(one(await renderPart(<Account />, { session }), 'time'))).toBe('08:24:00')
  })
})

describe('codes nest', () => {
  test.each([
    ['990101101', null],
    ['990101101205', '990101101205'],
    ['990101101205002', '990101101205'],
  ])('%s lies in village %s', (scope, code) => expect(villageOfScope(scope)).toBe(code))
})

describe('when a page fails', () => {
  test('it says so, what to try, and is announced', async () => {
    const drawn = one(await renderPart(<RouteFailure />), '[role=alert]')
    expect(textOf(drawn)).toBe(
      '这个页面出错了重新打开一般就好；如果还不行，请告诉镇管理员。重新打开',
    )
    expect(textOf(await renderPart(<RouteFailure />, { language: 'en' }))).toMatch(
      /^This page failed.*Open again$/,
    )
  })
  test('an address that is none leads back to the start', async () => {
    const drawn = await renderPart(<RouteMissing />)
    expect(textOf(drawn)).toBe('没有这个页面回到首页')
    expect(one(drawn, 'a').attributes['href']).toBe('/')
  })
  test('a wrong address shows that page', async () =>
    expect(textOf(await renderPage('/no-such-page'))).toContain('没有这个页面'))
})

describe('every office page', () => {
  test('has brand, places, the age of its figures and one main part', async () => {
    const drawn = await renderPart(<Shell>x</Shell>)
    expect(all(drawn, 'main')).toHaveLength(1)
    expect(all(drawn, 'header nav')).toHaveLength(1)
    expect(all(drawn, 'header .live-note')).toHaveLength(1)
    expect(textOf(one(drawn, 'a.brand'))).toBe('联巡云岭镇')
  })
  test('shows nothing of the town to who is not signed in', async () => {
    const drawn = await renderPage('/cases', { session: null })
    expect(textOf(drawn)).toBe('')
  })
})
