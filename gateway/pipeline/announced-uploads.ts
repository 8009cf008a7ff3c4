import type { Upload, UploadKey } from '../ports/patrol-uploads.ts'

/**
 * Uploads of which nothing has come yet. Writing them down would cost an fsync each to keep one
 * sentence, which the phone says again when it is asked to; so a restart forgets them, and the oldest
 * go where there are too many.
 */
export interface AnnouncedUploads {
  find(key: UploadKey): Upload | undefined
  /** Instead of what was said of it before. */
  add(upload: Upload): void
  remove(key: UploadKey): void
  /** Of one person, or of all. */
  sum(by?: string): { files: number; bytes: number }
}

/** Each is some hundred bytes. */
const mostAnnounced = 20_000
const mostOfOne = 100

export function createAnnouncedUploads(most = mostAnnounced): AnnouncedUploads {
  const all = new Map<string, Upload>()
  const byPerson = new Map<string, Map<string, Upload>>()
  let bytes = 0

  function remove(upload: UploadKey): void {
    const own = byPerson.get(upload.by)
    const known = own?.get(upload.sha256)
    if (!own || !known) return
    own.delete(known.sha256)
    if (own.size === 0) byPerson.delete(known.by)
    all.delete(nameOf(known))
    bytes -= known.size
  }

  return {
    find: ({ by, sha256 }) => byPerson.get(by)?.get(sha256),
    remove,
    add(upload) {
      remove(upload)
      const own = byPerson.get(upload.by) ?? new Map<string, Upload>()
      const crowd = own.size >= mostOfOne ? own : all
      const [oldest] = crowd.size >= (crowd === own ? mostOfOne : most) ? crowd.values() : []
      if (oldest) remove(oldest)
      byPerson.set(upload.by, own.set(upload.sha256, upload))
      all.set(nameOf(upload), upload)
      bytes += upload.size
    },
    sum(by) {
      if (by === undefined) return { files: all.size, bytes }
      const own = [...(byPerson.get(by)?.values() ?? [])]
      return { files: own.length, bytes: own.reduce((total, { size }) => total + size, 0) }
    },
  }
}

function nameOf({ sha256, by }: UploadKey): string {
  return `${by} ${sha256}`
}
