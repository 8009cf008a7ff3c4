import type { LiveFormat } from '../domain/live-picture.ts'

/**
 * What ffmpeg is told, as a list: no shell reads it. The address is our own door's (rtsp-door.ts),
 * so neither camera nor password is in it, and no word of ours holds a space.
 */

/** ffmpeg gives up on a silent peer by itself, whatever becomes of us. */
const silenceUs = 10_000_000

const source = [
  '-nostdin',
  '-hide_banner',
  '-loglevel error',
  // What the camera's answers may lead to: this and nothing else.
  '-protocol_whitelist rtsp,rtp,tcp',
  '-rtsp_transport tcp',
  '-allowed_media_types video',
  `-timeout ${silenceUs}`,
  '-fflags discardcorrupt',
]

/** Watched live. */
const input = [
  ...source,
  // Each second of looking at the stream before it is shown is one of waiting.
  '-flags low_delay',
  '-analyzeduration 1',
  '-fpsprobesize 0',
]

/** As the camera sends it; a piece at each key frame, and at least each fifth of a second. */
const copied = [
  '-c:v copy',
  '-movflags frag_keyframe+empty_moov+default_base_moof+skip_trailer',
  '-frag_duration 200000',
  '-f mp4',
]

/** Small enough for one core to do several, and for a browser to decode without help. */
const written = [
  "-vf scale='min(640,iw)':-2",
  '-c:v mpeg1video',
  '-threads 1',
  // MPEG-1 knows few rates; this is one of them.
  '-r 25',
  '-g 25',
  '-bf 0',
  '-b:v 1200k',
  '-maxrate 1800k',
  '-bufsize 900k',
  '-muxdelay 0.001',
  '-f mpegts',
]

export function ffmpegArguments(url: string, format: LiveFormat): string[] {
  const output = format === 'mp4' ? copied : written
  const lines = [...input, `-i ${url}`, '-map 0:v:0 -an', ...output, '-flush_packets 1 pipe:1']
  return lines.flatMap((line) => line.split(' '))
}

/** One picture as JPEG; it may look at the stream a little longer before it takes it. */
export function frameArguments(url: string): string[] {
  const lines = [
    ...source,
    '-analyzeduration 500000',
    `-i ${url}`,
    '-map 0:v:0 -an -frames:v 1 -c:v mjpeg -q:v 4 -f image2pipe pipe:1',
  ]
  return lines.flatMap((line) => line.split(' '))
}
