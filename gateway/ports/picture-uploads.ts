/**
 * Who sent which picture lately: until it is part of a case only its sender sees it and may use
 * it, and it goes when nobody does.
 */
export interface PictureUploads {
  /** The same picture sent again counts from then. */
  add(upload: PictureUpload): Promise<void>
  /** Sent by this person since then. */
  isOwn(sha256: string, by: string, since: number): Promise<boolean>
  countSince(by: string, since: number): Promise<number>
}

interface PictureUpload {
  sha256: string
  /** Id of the user or token. */
  by: string
  at: number
}

/** So long an upload waits to become part of a case. */
export const uploadKeptMs = 24 * 3_600_000
