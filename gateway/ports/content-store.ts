/** Evidence kept as files outside the database, named by the SHA-256 of what they hold. */
export interface ContentStore {
  /** Resolves with the hex SHA-256 after the file is on the disk; the same content is stored once. */
  put(content: Uint8Array): Promise<string>
  /** Undefined for a name that is no SHA-256 or that nobody stored. */
  get(sha256: string): Promise<Uint8Array | undefined>
  /**
   * Those that nobody has put for so long, one by one. One that is put meanwhile waits until
   * its removal is over and is stored anew.
   */
  older(before: number): AsyncIterable<OldContent>
  /** Of one by name: as `OldContent.removeIf`, when nobody has put it for so long. */
  removeIf(sha256: string, before: number, mayGo: () => Promise<boolean>): Promise<number>
}

export interface OldContent {
  sha256: string
  /** Asks, and removes it unless it must stay or was put again; resolves with its bytes, else 0. */
  removeIf(mayGo: () => Promise<boolean>): Promise<number>
}
