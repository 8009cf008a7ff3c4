import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { type Upload, uploadPicture } from '../api/upload.ts'
import type { Key } from '../i18n/translate.ts'
import { shrinkPicture } from './shrink-picture.ts'

/** Pictures that go with a step, a note or a report: uploaded as soon as they are chosen. */

export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp']
export const mostPictures = 9
const mostBytes = 8 * 1024 * 1024

export interface Attached {
  key: number
  /** Shown from memory: what is on its way cannot be asked from the gateway yet. */
  url: string
  /** How much of it is sent, 0…1. */
  share: number
  sha256: string | null
  failure: Key | null
}

export interface Pictures {
  items: readonly Attached[]
  isSending: boolean
  /** Of those that arrived. */
  ids: string[]
  isOverLimit: boolean
  add: (files: Iterable<File>) => void
  remove: (key: number) => void
  clear: () => void
}

/** Its size is judged after it was made smaller. */
export function pictureFault({ type }: Pick<Blob, 'type'>): Key | null {
  return pictureTypes.includes(type) ? null : 'pictures.unreadable'
}

export function sizeFault({ size }: Pick<Blob, 'size'>): Key | null {
  return size > mostBytes ? 'pictures.tooLarge' : null
}

export function uploadFault(error: unknown): Key {
  if (!(error instanceof ApiError)) return 'pictures.failed'
  if (error.problem?.status === 413) return 'pictures.tooLarge'
  if (error.problem?.status === 415) return 'pictures.unreadable'
  return error.kind === 'away' ? 'pictures.away' : 'pictures.failed'
}

/** Files of a paste or a drop; text that came along is left to the field. */
export function pastedPictures(from: DataTransfer | null): File[] {
  return [...(from?.files ?? [])].filter((file) => file.type.startsWith('image/'))
}

export function usePictures(): Pictures {
  const [items, setItems] = useState<readonly Attached[]>([])
  const [isOverLimit, setOverLimit] = useState(false)
  const uploads = useRef(new Map<number, { upload: Upload | null; url: string }>())
  const lastKey = useRef(0)

  function forget(key: number): void {
    const kept = uploads.current.get(key)
    if (!kept) return
    uploads.current.delete(key)
    kept.upload?.cancel()
    URL.revokeObjectURL(kept.url)
  }

  useEffect(() => {
    const kept = uploads.current
    return () => {
      for (const { upload, url } of kept.values()) {
        upload?.cancel()
        URL.revokeObjectURL(url)
      }
      kept.clear()
    }
  }, [])

  const change = (key: number, part: Partial<Attached>) =>
    setItems((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)))

  function begin(file: File): Attached {
    lastKey.current += 1
    const key = lastKey.current
    const url = URL.createObjectURL(file)
    const failure = pictureFault(file)
    uploads.current.set(key, { upload: null, url })
    if (failure === null) void send(key, file)
    return { key, url, share: 0, sha256: null, failure }
  }

  async function send(key: number, file: File): Promise<void> {
    const small = await shrinkPicture(file)
    // It may have been taken back meanwhile.
    const kept = uploads.current.get(key)
    if (kept === undefined) return
    const failure = sizeFault(small)
    if (failure !== null) {
      change(key, { failure })
      return
    }
    kept.upload = uploadPicture(small, (share) => change(key, { share }))
    await kept.upload.done.then(
      (sha256) => change(key, { sha256, share: 1 }),
      (error: unknown) => change(key, { failure: uploadFault(error) }),
    )
  }

  return {
    items,
    isSending: items.some((one) => one.sha256 === null && one.failure === null),
    ids: [...new Set(items.flatMap((one) => one.sha256 ?? []))],
    isOverLimit,
    add: (files) => {
      const all = [...files]
      const room = mostPictures - items.length
      setOverLimit(all.length > room)
      const begun = all.slice(0, Math.max(0, room)).map(begin)
      setItems((shown) => [...shown, ...begun])
    },
    remove: (key) => {
      forget(key)
      setOverLimit(false)
      setItems((shown) => shown.filter((one) => one.key !== key))
    },
    clear: () => {
      for (const { key } of items) forget(key)
      setOverLimit(false)
      setItems([])
    },
  }
}
