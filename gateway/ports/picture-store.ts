/** Pictures kept as evidence: files outside the database, named by the SHA-256 of what they hold. */
export interface PictureStore {
  /** Resolves with the hex SHA-256 after the file is on the disk; the same picture is stored once. */
  put(jpeg: Uint8Array): Promise<string>
  /** Undefined for a name that is no SHA-256 or that nobody stored. */
  get(sha256: string): Promise<Uint8Array | undefined>
}
