/** Keeps secrets that must be read again: second factors, passwords of cameras. */
export interface Vault {
  /**
   * `place` names where the text will stand, such as `user:ID:totp`: sealed text that is moved
   * somewhere else does not open.
   */
  seal(secret: string, place: string): string
  /** Throws when the text was altered, belongs elsewhere, or was sealed under another key. */
  open(sealed: string, place: string): string
}
