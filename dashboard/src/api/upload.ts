import { ApiError, failureKind } from './client.ts'
import type { Problem } from './types.ts'

/** One picture to the gateway; fetch tells nothing of the way up, so the older request does it. */

export interface Upload {
  /** SHA-256 by which steps and reports name the picture. */
  done: Promise<string>
  cancel: () => void
}

const timeoutMs = 120_000

export function uploadPicture(file: Blob, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<string>((resolve, reject) => {
    const away = () => reject(new ApiError('away', null))
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status === 201 || request.status === 200)
        resolve((JSON.parse(request.responseText) as { sha256: string }).sha256)
      else reject(new ApiError(failureKind(request.status), problemOf(request)))
    })
    for (const type of ['error', 'timeout', 'abort']) request.addEventListener(type, away)
    request.open('POST', '/api/v1/pictures')
    request.timeout = timeoutMs
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('x-lianxun', '1')
    request.setRequestHeader('content-type', file.type)
    request.send(file)
  })
  return { done, cancel: () => request.abort() }
}

/** A proxy that refuses a body answers with no problem of ours; its status is enough. */
function problemOf({ responseText, status }: XMLHttpRequest): Problem {
  try {
    return JSON.parse(responseText) as Problem
  } catch {
    return { type: 'about:blank', title: '', status }
  }
}
