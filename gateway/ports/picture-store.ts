import type { ContentStore } from './content-store.ts'

/** Pictures kept as evidence, as JPEG. */
export type PictureStore = ContentStore
