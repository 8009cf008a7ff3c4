import { ApiError, failureKind } from './client.ts'
import type { SeriesImport } from './history-queries.ts'
import type { Problem } from './types.ts'

/** A file of readings to the gateway, with how much of it has gone up. */
export function uploadSeries(
  file: File,
  onProgress: (share: number) => void,
): { done: Promise<SeriesImport>; cancel: () => void } {
  const request = new XMLHttpRequest()
  const done = new Promise<SeriesImport>((resolve, reject) => {
    const fail = () => reject(new ApiError('away', null))
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as SeriesImport)
      else reject(new ApiError(failureKind(request.status), problemOf(request.responseText)))
    })
    for (const type of ['error', 'abort']) request.addEventListener(type, fail)
    request.open('POST', `/api/v1/series/imports?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('x-lianxun', '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
  return { done, cancel: () => request.abort() }
}

function problemOf(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}
