import type { Language } from '../../dashboard/src/i18n/translate.ts'
import { observedProperties } from '../../gateway/domain/observation.ts'
import { wordsIn } from './markup.ts'
import { renderPage, type Scene } from './render.tsx'
import { places } from './town-views.ts'

/** In Chinese no English word stands, in English no Chinese character but the town's own names. */

/** Names that the town gave itself; they are the same in every language. */
const ownNames = [
  ...places.map((place) => place.name),
  '松林村林火烟感2',
  '林火烟感报警',
  '柳溪村空气站4',
  '值守员甲',
  '应急办',
  '农服中心',
  '云岭-20261122-0001',
  '县平台对接',
  '第二网格',
  '云岭-20261121-0001',
  '值守群',
  '红袖标5队',
  '1号摄像机',
  '2号摄像机',
].toSorted((a, b) => b.length - a.length)

const units: readonly string[] = Object.values(observedProperties).map(({ unit }) => unit)
/** Keys as they are printed on a keyboard and ids of devices: no words of a language. */
const noWords = [/\bv\d-[a-z]+\d*\b/g, /^Enter$/g, /^[A-Z]$/g]

export function withoutNames(text: string): string {
  const named = ownNames.reduce((rest, name) => rest.replaceAll(name, ' '), text)
  const measured = units.includes(named) ? '' : named.replace(/\u2009\S+?(?=[（(，,\s]|$)/gu, ' ')
  return noWords.reduce((rest, pattern) => rest.replace(pattern, ' '), measured)
}

/** Words of the other language on a page. */
export async function foreign(path: string, language: Language, scene: Scene): Promise<string[]> {
  const drawn = await renderPage(path, { ...scene, language })
  const strange = language === 'zh' ? /[A-Za-z]{2,}/ : /[\p{Script=Han}，。：；（）、“”！？]/u
  return wordsIn(drawn).filter((words) => strange.test(withoutNames(words)))
}
