/**
 * Reads a QR out of the camera's picture: by the phone's own reader where it has one that works
 * (phones without Google's services have one that does not), else by our own.
 */

export type ReadFrame = (video: HTMLVideoElement) => Promise<string | null>

export interface CodeReader {
  read: ReadFrame
  /** Between two looks, ms: our own takes the phone's processor. */
  everyMs: number
}

interface NativeReader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

interface NativeReaders {
  new (options: { formats: string[] }): NativeReader
  getSupportedFormats(): Promise<string[]>
}

async function nativeReader(): Promise<NativeReader | null> {
  const { BarcodeDetector: Native } = globalThis as { BarcodeDetector?: NativeReaders }
  if (!Native) return null
  try {
    const formats = await Native.getSupportedFormats()
    return formats.includes('qr_code') ? new Native({ formats: ['qr_code'] }) : null
  } catch {
    return null
  }
}

async function ownReader(): Promise<CodeReader> {
  const { createFrameReader } = await import('./frame-reader.ts')
  return { read: createFrameReader(), everyMs: 120 }
}

export async function openCodeReader(): Promise<CodeReader> {
  const native = await nativeReader()
  if (!native) return ownReader()
  let own: CodeReader | null = null
  const read: ReadFrame = async (video) => {
    if (own) return own.read(video)
    try {
      return (await native.detect(video))[0]?.rawValue ?? null
    } catch {
      own = await ownReader()
      return null
    }
  }
  return { read, everyMs: 80 }
}
