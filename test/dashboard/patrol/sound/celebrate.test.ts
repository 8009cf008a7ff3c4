import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  buzz,
  celebrate,
  isVoiceOn,
  setVoiceOn,
} from '../../../../dashboard/patrol/sound/celebrate.ts'

const vibrate = vi.fn()
const speak = vi.fn()
let kept: Map<string, string>

beforeEach(() => {
  kept = new Map()
  vi.stubGlobal('navigator', { vibrate })
  vi.stubGlobal('speechSynthesis', { cancel: vi.fn(), speak })
  vi.stubGlobal(
    'SpeechSynthesisUtterance',
    class {
      lang = ''
      text: string
      constructor(text: string) {
        this.text = text
      }
    },
  )
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

describe('a check-in that counts', () => {
  test('is felt and said in the language of the phone', () => {
    celebrate('打卡成功，土地庙。', 'zh')
    celebrate('Checked in at Gate.', 'en')
    expect(vibrate).toHaveBeenCalledTimes(2)
    expect(speak.mock.calls).toMatchObject([
      [{ text: '打卡成功，土地庙。', lang: 'zh-CN' }],
      [{ text: 'Checked in at Gate.', lang: 'en-GB' }],
    ])
  })
  test('is silent for those who want it so, and felt all the same', () => {
    setVoiceOn(false)
    expect(isVoiceOn()).toBe(false)
    celebrate('打卡成功', 'zh')
    expect(speak).not.toHaveBeenCalled()
    expect(vibrate).toHaveBeenCalledOnce()
    setVoiceOn(true)
    expect(isVoiceOn()).toBe(true)
  })
  test('counts on a phone that can do nothing of it', () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('speechSynthesis', {
      cancel() {
        throw new Error('no voice')
      },
    })
    expect(() => celebrate('打卡成功', 'zh')).not.toThrow()
    expect(() => buzz()).not.toThrow()
  })
  test('speaks where nothing can be kept', () => {
    vi.stubGlobal('localStorage', {
      getItem() {
        throw new Error('private')
      },
      setItem() {
        throw new Error('private')
      },
    })
    expect(() => setVoiceOn(false)).not.toThrow()
    expect(isVoiceOn()).toBe(true)
  })
})

test('two notes ring before the voice', () => {
  const notes: number[] = []
  const part = { connect: (next: unknown) => next }
  vi.stubGlobal(
    'AudioContext',
    class {
      state = 'suspended'
      currentTime = 0
      destination = {}
      resume = () => Promise.reject(new Error('nobody touched the page'))
      createOscillator = () => ({
        ...part,
        frequency: { value: 0 },
        start: (at: number) => notes.push(at),
        stop: () => undefined,
      })
      createGain = () => ({
        ...part,
        gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined },
      })
    },
  )
  celebrate('打卡成功', 'zh')
  expect(notes).toEqual([0, 0.12])
})
