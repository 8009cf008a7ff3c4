import { describe, expect, test } from 'vitest'
import { LiveView, type LiveViewProps } from '../../../dashboard/src/live-view/live-view.tsx'
import { all, one, textOf } from '../markup.ts'
import { renderPart, type Scene } from '../render.tsx'

const device = { id: 'v1-cam1', name: '青石村高空瞭望1' }
const draw = (props: Partial<LiveViewProps> = {}, scene?: Scene) =>
  renderPart(<LiveView device={device} {...props} />, scene)

/** What it does with a picture is seen in a browser: test/e2e/live-view.test.ts. */
describe('the place of a live picture', () => {
  test('says that it is being connected, in both languages', async () => {
    expect(textOf(await draw())).toBe('正在接通')
    expect(textOf(await draw({}, { language: 'en' }))).toBe('Connecting')
  })

  test('has a name and no sound', async () => {
    const drawn = await draw()
    const video = one(drawn, 'video')
    expect(video.attributes['aria-label']).toBe('青石村高空瞭望1的实时画面')
    expect(video.attributes).toHaveProperty('muted')
    expect(one(drawn, 'canvas').attributes['aria-label']).toBe('青石村高空瞭望1的实时画面')
    expect(one(drawn, 'figcaption').attributes['role']).toBe('status')
  })

  test('asks for nothing before it is seen', async () => {
    expect(all(await draw(), 'img')).toEqual([])
    expect(all(await draw({ mode: 'still' }), 'img')).toEqual([])
    expect(all(await draw({ mode: 'still' }), '.is-still')).toHaveLength(1)
  })

  test('covers what must not be shown', async () => {
    expect(all(await draw(), 'svg')).toEqual([])
    const masks: LiveViewProps['masks'] = [
      [
        [0, 0],
        [0.5, 0],
        [0, 0.5],
      ],
    ]
    const [shape] = all(await draw({ masks }), 'polygon')
    const across = (0.5 * 16) / 9
    expect(shape?.attributes['points']).toBe(`0,0 ${across},0 0,0.5`)
  })
})
