/**
 * The markup that react-dom/server writes, as a tree to ask questions of. It is well formed by
 * construction, so forty lines read it; selectors are a tag, a .class, a [name] or [name=value],
 * and a space for anywhere below.
 */

export interface Element {
  tag: string
  attributes: Record<string, string>
  children: (Element | string)[]
}

const empty = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr'])
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00A0' }

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    return entities[name] ?? whole
  })
}

function attributesOf(text: string): Record<string, string> {
  const found = text.matchAll(/([^\s=/]+)(?:="([^"]*)")?/g)
  return Object.fromEntries(
    [...found].map(([, name = '', value = '']) => [name.toLowerCase(), decode(value)]),
  )
}

export function parseMarkup(html: string): Element {
  const root: Element = { tag: '#root', attributes: {}, children: [] }
  const open = [root]
  const pieces = html.replace(/<(style|script)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, '')
  for (const [piece] of pieces.matchAll(/<[^>]+>|[^<]+/g)) {
    const parent = open.at(-1) ?? root
    if (piece.startsWith('</')) open.pop()
    else if (piece.startsWith('<')) {
      const [, tag = '', rest = ''] = /^<([^\s/>]+)([\s\S]*?)\/?>$/.exec(piece) ?? []
      const element: Element = { tag, attributes: attributesOf(rest), children: [] }
      parent.children.push(element)
      if (!empty.has(tag) && !piece.endsWith('/>')) open.push(element)
    } else parent.children.push(decode(piece))
  }
  return root
}

function matches(element: Element, selector: string): boolean {
  const [tag = ''] = /^[\w-]*/.exec(selector) ?? []
  if (tag !== '' && element.tag !== tag) return false
  const classes = (element.attributes['class'] ?? '').split(' ')
  return [...selector.matchAll(/\.([\w-]+)|\[([\w-]+)(?:=([^\]]*))?\]/g)].every(
    ([, name, attribute = '', value]) => {
      if (name !== undefined) return classes.includes(name)
      const own = element.attributes[attribute]
      return value === undefined ? own !== undefined : own === value
    },
  )
}

function below(root: Element, selector: string): Element[] {
  return root.children.flatMap((child) =>
    typeof child === 'string'
      ? []
      : [...(matches(child, selector) ? [child] : []), ...below(child, selector)],
  )
}

export function all(root: Element, selector: string): Element[] {
  const found = selector
    .split(' ')
    .reduce((roots, part) => roots.flatMap((element) => below(element, part)), [root])
  return [...new Set(found)]
}

/** The only one; none or several is a failure of the page. */
export function one(root: Element, selector: string): Element {
  const found = all(root, selector)
  if (found.length !== 1) throw new Error(`${found.length} of ${selector} instead of one`)
  return found[0] as Element
}

const breaks = new Set(['div', 'p', 'li', 'section', 'h1', 'h2', 'h3', 'dt', 'dd', 'article'])

/** What a person reads: the text alone, pieces of blocks apart. */
export function textOf(element: Element | string): string {
  const raw = (piece: Element | string): string =>
    typeof piece === 'string'
      ? piece
      : `${breaks.has(piece.tag) ? ' ' : ''}${piece.children.map(raw).join('')}${breaks.has(piece.tag) ? ' ' : ''}`
  return raw(element)
    .replace(/[ \n]+/g, ' ')
    .trim()
}

const spoken = ['aria-label', 'title', 'alt', 'placeholder'] as const

/** Everything a person reads or hears, as separate pieces; parts marked with their own `lang` left out. */
export function wordsIn(element: Element | string): string[] {
  if (typeof element === 'string') return [element]
  if (element.attributes['lang'] !== undefined) return []
  return [
    ...spoken.flatMap((name) => element.attributes[name] ?? []),
    ...element.children.flatMap((child) => wordsIn(child)),
  ].filter((words) => words.trim() !== '')
}

/** How it is called aloud: its label, or its text. */
export function nameOf(element: Element): string {
  return element.attributes['aria-label'] ?? textOf(element)
}
