import type { PictureStore } from '../ports/picture-store.ts'
import { createContentFiles } from './content-files.ts'

export function createPictureFiles(directory: string, now = Date.now): PictureStore {
  return createContentFiles(directory, { extension: '.jpg', noun: 'picture' }, now)
}
