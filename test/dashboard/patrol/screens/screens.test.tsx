import { describe, expect, test } from 'vitest'
import type { Language } from '../../../../dashboard/patrol/words/words.ts'
import { all, nameOf, wordsIn } from '../../markup.ts'
import { draw } from '../draw.tsx'
import { points, type SceneName, scenes } from '../phone-scenes.ts'

/** Names that the town or its people gave. */
const names = [
  ...points.flatMap(({ name, hint }) => [name, hint ?? name]),
  '双桥村联巡线',
  '红袖标7队',
  '陈秀英',
  '李建国',
  '双桥村老屋场秸秆焚烧',
  '明火已浇灭，秸秆清走',
  '双桥村人居环境',
  '双桥村交通安全',
  '河边堆了建筑垃圾',
  '已清运，立了牌子',
  '环卫所',
].toSorted((a, b) => b.length - a.length)
const strange: Record<Language, RegExp> = {
  zh: /[A-Za-z]{2,}/,
  en: /[\p{Script=Han}，。：；（）、“”！？]/u,
}

function foreign(scene: SceneName, language: Language): string[] {
  return wordsIn(draw(scenes[scene], { language })).filter((text) =>
    strange[language].test(
      names.reduce((rest, name) => rest.replaceAll(name, ''), text).replace(/YL\d+-\d+/g, ''),
    ),
  )
}

const every = Object.keys(scenes) as SceneName[]

describe.each(every)('%s', (scene) => {
  test('speaks one language at a time', () => {
    expect(foreign(scene, 'zh')).toEqual([])
    expect(foreign(scene, 'en')).toEqual([])
  })
  test('has one title and one main part, and a name for everything that is touched', () => {
    const drawn = draw(scenes[scene])
    expect(all(drawn, 'main')).toHaveLength(1)
    if (scene !== 'opening') expect(all(drawn, 'h1')).toHaveLength(1)
    for (const button of all(drawn, 'button')) expect(nameOf(button).trim()).not.toBe('')
  })
})
