import type { VoiceStore } from '../ports/voice-store.ts'
import { createContentFiles } from './content-files.ts'

/** Whatever their format, which the case says: one name finds them. */
export function createVoiceFiles(directory: string, now = Date.now): VoiceStore {
  return createContentFiles(directory, { extension: '.voice', noun: 'voice note' }, now)
}
