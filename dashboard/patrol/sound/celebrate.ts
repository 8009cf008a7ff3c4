import type { Language } from '../words/words.ts'

/** That a check-in counts is heard and felt: hands are full and the sun is on the glass. */

const voiceKey = 'lianxun.patrol.voice'

export function isVoiceOn(): boolean {
  try {
    return localStorage.getItem(voiceKey) !== 'off'
  } catch {
    return true
  }
}

export function setVoiceOn(isOn: boolean): void {
  try {
    localStorage.setItem(voiceKey, isOn ? 'on' : 'off')
  } catch {
    // Private windows may refuse storage; it speaks then.
  }
}

let audio: AudioContext | null = null

/** Two short notes, up: heard before the voice has begun. */
function ring(): void {
  if (typeof AudioContext === 'undefined') return
  audio ??= new AudioContext()
  // Opened from a tag nobody has touched the page yet: the browser keeps it silent.
  if (audio.state === 'suspended') void audio.resume().catch(() => undefined)
  const start = audio.currentTime
  for (const [hertz, after] of [
    [784, 0],
    [1047, 0.12],
  ] as const) {
    const note = audio.createOscillator()
    const loud = audio.createGain()
    note.frequency.value = hertz
    loud.gain.setValueAtTime(0.25, start + after)
    loud.gain.exponentialRampToValueAtTime(0.001, start + after + 0.18)
    note.connect(loud).connect(audio.destination)
    note.start(start + after)
    note.stop(start + after + 0.2)
  }
}

function speak(text: string, language: Language): void {
  if (typeof speechSynthesis === 'undefined') return
  const said = new SpeechSynthesisUtterance(text)
  said.lang = language === 'zh' ? 'zh-CN' : 'en-GB'
  speechSynthesis.cancel()
  speechSynthesis.speak(said)
}

/** Nothing of it may stand between a person and the tick. */
function tried(act: () => void): void {
  try {
    act()
  } catch {
    // A phone without it shows the tick alone.
  }
}

export function celebrate(text: string, language: Language): void {
  tried(() => navigator.vibrate?.([80, 60, 160]))
  tried(ring)
  if (isVoiceOn()) tried(() => speak(text, language))
}

export function buzz(): void {
  tried(() => navigator.vibrate?.(400))
}
