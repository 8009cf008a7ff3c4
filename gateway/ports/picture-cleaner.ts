/** A picture as somebody sent it → one that holds what is to be seen and nothing else. */

export const sentPictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

export type SentPictureType = (typeof sentPictureTypes)[number]

export type CleanedPicture =
  | { kind: 'clean'; jpeg: Uint8Array }
  /** A sentence for whoever sent it. */
  | { kind: 'refused'; problem: string }

/**
 * Never throws for what is in the bytes. Rejects with UnavailableError when too many wait already:
 * pictures are decoded one after the other.
 */
export type CleanPicture = (bytes: Buffer, type: SentPictureType) => Promise<CleanedPicture>
