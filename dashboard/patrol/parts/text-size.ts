/** 字的大小: every size is in rem, so one attribute makes all of them bigger. */

const storageKey = 'lianxun.patrol.text'

export function isTextBig(): boolean {
  try {
    return localStorage.getItem(storageKey) === 'big'
  } catch {
    return false
  }
}

export function setTextBig(isBig: boolean): void {
  try {
    localStorage.setItem(storageKey, isBig ? 'big' : 'normal')
  } catch {
    // Private windows may refuse storage; the choice then lasts until the page is closed.
  }
  show(isBig)
}

function show(isBig: boolean): void {
  if (isBig) document.documentElement.dataset['text'] = 'big'
  else delete document.documentElement.dataset['text']
}

export function startTextSize(): void {
  show(isTextBig())
}
