/** The camera at the back, with its light where it has one. */

export type CameraFailure = 'refused' | 'none' | 'insecure'

export interface Camera {
  /** Null: it has no light that a page may switch. */
  setTorch: ((isOn: boolean) => Promise<void>) | null
  close: () => void
}

export type CameraOutcome = { kind: 'open'; camera: Camera } | { kind: CameraFailure }

function torchOf(track: MediaStreamTrack | undefined): Camera['setTorch'] {
  const abilities = track?.getCapabilities?.() as { torch?: boolean } | undefined
  if (!track || !abilities?.torch) return null
  return (isOn) =>
    track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] })
}

export async function openCamera(video: HTMLVideoElement): Promise<CameraOutcome> {
  if (!isSecureContext || !navigator.mediaDevices) return { kind: 'insecure' }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    })
    const close = () => {
      for (const track of stream.getTracks()) track.stop()
      video.srcObject = null
    }
    video.srcObject = stream
    // A page that goes away meanwhile breaks it off, and closes what was opened.
    await video.play().catch(() => undefined)
    return { kind: 'open', camera: { setTorch: torchOf(stream.getVideoTracks()[0]), close } }
  } catch (error) {
    const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
    return { kind: isRefused ? 'refused' : 'none' }
  }
}
