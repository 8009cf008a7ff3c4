import type { Removed } from './retention.ts'

/**
 * What phones send piece by piece over a bad line: who announced what, the pieces that came, and
 * what it belongs to once it is whole. An upload is named by the SHA-256 of what the phone has.
 */

export const uploadKinds = ['photo', 'voice'] as const

export type UploadKind = (typeof uploadKinds)[number]

export interface UploadKey {
  sha256: string
  /** Id of the user or token. */
  by: string
  /** Where it came from, for the audit log; unknown for what is kept later by itself. */
  address?: string
}

export interface Upload extends UploadKey {
  kind: UploadKind
  size: number
  at: number
  /** Its name where it is kept, once it is whole. */
  stored: string | null
  /** Whole, and not what it was said to be: a sentence for whoever sent it. */
  refused: string | null
}

interface Kept {
  stored: string
  /** Media type of what is kept. */
  type: string
  at: number
}

export interface UploadStore {
  find(key: UploadKey): Promise<Upload | undefined>
  /** That of an upload that is there stays as it is. */
  add(upload: Upload): Promise<void>
  /** Announced or kept since then. */
  countSince(by: string, since: number): Promise<number>
  /** Announced and neither kept nor refused, in bytes; without a person of all. */
  openBytes(by?: string): Promise<number>
  /**
   * Notes where it is kept and puts it where it belongs, all in one transaction; that of an upload
   * that was not added before adds it. Those of the same turn are one commit.
   */
  keep(upload: Upload, kept: Kept): Promise<void>
  refuse(upload: Upload, reason: string): Promise<void>
  remove(key: UploadKey): Promise<void>
  /** A photo that its phone needs no answer about any more: it goes unless something shows it. */
  leavePhoto(upload: Upload): Promise<void>
  /** Part of no case, and no phone may still name it. */
  isUnusedVoice(stored: string): Promise<boolean>
  /** Neither kept nor refused. */
  open(): Promise<Upload[]>
  /** Announced or kept before then, the oldest first. */
  before(at: number, limit: number): Promise<Upload[]>
}

/** The pieces on the disk, one file an upload: how far it is is how long the file is. */
export interface UploadParts {
  /** Bytes that are on the disk. */
  received(key: UploadKey): Promise<number>
  /** Resolves when the piece is on the disk; `offset` is where the pieces before it end. */
  append(key: UploadKey, offset: number, piece: Uint8Array): Promise<void>
  read(key: UploadKey): Promise<Buffer>
  /** Resolves with the bytes it had. */
  remove(key: UploadKey): Promise<number>
  /** Removes all others; only while nobody sends. */
  keepOnly(keys: readonly UploadKey[]): Promise<void>
  /** Pieces of uploads that nobody knows of any more, such as after a restore. */
  removeOlder(before: number): Promise<Removed>
}

/** So long a phone may take, and so long it can ask whether it may forget what it sent. */
export const partKeptMs = 7 * 86_400_000
