import type { Page } from 'playwright-core'

/** What an eye would notice, measured in the page: texts on top of each other, pages too wide. */

export function widerThanScreen(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

/** Pairs of texts below `selector` that cover each other, as what is seen of them after clipping. */
export function overlappingTexts(page: Page, selector: string): Promise<string[]> {
  return page.evaluate((within) => {
    interface Box {
      text: string
      parent: Element
      left: number
      top: number
      right: number
      bottom: number
    }

    function clipped(box: Box): Box {
      let { left, top, right, bottom } = box
      for (let element: Element | null = box.parent; element; element = element.parentElement) {
        const style = getComputedStyle(element)
        if (style.overflow === 'visible') continue
        const edge = element.getBoundingClientRect()
        left = Math.max(left, edge.left)
        top = Math.max(top, edge.top)
        right = Math.min(right, edge.right)
        bottom = Math.min(bottom, edge.bottom)
      }
      return { ...box, left, top, right, bottom }
    }

    function boxesOf(root: Element): Box[] {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      const boxes: Box[] = []
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement
        const text = node.textContent?.trim() ?? ''
        if (!parent || text === '' || !parent.checkVisibility({ opacityProperty: true })) continue
        const range = document.createRange()
        range.selectNodeContents(node)
        for (const { left, top, right, bottom } of range.getClientRects())
          boxes.push(clipped({ text, parent, left, top, right, bottom }))
      }
      return boxes.filter((box) => box.right - box.left > 2 && box.bottom - box.top > 2)
    }

    const found: string[] = []
    for (const root of document.querySelectorAll(within)) {
      const boxes = boxesOf(root)
      boxes.forEach((a, index) => {
        for (const b of boxes.slice(index + 1)) {
          if (a.parent === b.parent) continue
          const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
          const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
          const least = Math.min(a.bottom - a.top, b.bottom - b.top)
          // Line boxes of neighbouring lines touch; a third of a line is one text upon another.
          if (width > 2 && height > least / 3) found.push(`“${a.text}” on “${b.text}”`)
        }
      })
    }
    return found
  }, selector)
}

/** Controls whose words are cut off or stand outside of them. */
export function cutControls(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(
    (within) =>
      [...document.querySelectorAll(within)]
        .filter((control) => control.checkVisibility())
        .filter((control) => control.scrollWidth > control.clientWidth + 1)
        .map((control) => control.textContent ?? ''),
    selector,
  )
}

/** Everything a person reads on the page, but for parts that mark their own language. */
export function readableText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const copy = document.body.cloneNode(true) as HTMLElement
    for (const other of copy.querySelectorAll('[lang], script, style')) other.remove()
    const spoken = [...copy.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
      .flatMap((element) =>
        ['aria-label', 'title', 'placeholder', 'alt'].map((name) => element.getAttribute(name)),
      )
      .filter((words) => words !== null)
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT)
    const texts: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      texts.push(node.textContent ?? '')
    return [...texts, ...spoken].join('\n')
  })
}

/** Texts that are seen and smaller than that. */
export function smallTexts(page: Page, leastPx: number): Promise<string[]> {
  return page.evaluate((least) => {
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (!parent || text === '' || !parent.checkVisibility() || parent.closest('.sr-only'))
        continue
      const size = Number.parseFloat(getComputedStyle(parent).fontSize)
      if (size < least) found.push(`${size} px: ${text}`)
    }
    return found
  }, leastPx)
}

/** What is touched and lower or narrower than that. */
export function smallTargets(page: Page, leastPx: number): Promise<string[]> {
  return page.evaluate((least) => {
    const touched = document.querySelectorAll('button, a, input, textarea, select, label.target')
    return [...touched]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.height < least || box.width < least)
      .map(
        ({ element, box }) =>
          `${Math.round(box.width)}×${Math.round(box.height)}: ${element.textContent || element.outerHTML.slice(0, 80)}`,
      )
  }, leastPx)
}
