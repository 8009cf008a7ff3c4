import type { ContentStore } from './content-store.ts'

/** 语音: what people said into their phones, kept as evidence beside the pictures. */
export type VoiceStore = ContentStore
