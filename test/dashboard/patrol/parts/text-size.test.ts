import { afterEach, expect, test, vi } from 'vitest'
import {
  isTextBig,
  setTextBig,
  startTextSize,
} from '../../../../dashboard/patrol/parts/text-size.ts'

afterEach(() => vi.unstubAllGlobals())

test('bigger letters stay bigger', () => {
  const kept = new Map<string, string>()
  const dataset: Record<string, string> = {}
  vi.stubGlobal('document', { documentElement: { dataset } })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  })
  startTextSize()
  expect(dataset).toEqual({})
  setTextBig(true)
  expect([isTextBig(), dataset]).toEqual([true, { text: 'big' }])
  setTextBig(false)
  expect([isTextBig(), dataset]).toEqual([false, {}])
})

test('where nothing can be kept they are bigger until the page is closed', () => {
  const dataset: Record<string, string> = {}
  const refuse = () => {
    throw new Error('private')
  }
  vi.stubGlobal('document', { documentElement: { dataset } })
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse })
  setTextBig(true)
  expect([isTextBig(), dataset]).toEqual([false, { text: 'big' }])
})
