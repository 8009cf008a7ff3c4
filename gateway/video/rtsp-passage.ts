import { connect, type Socket } from 'node:net'
import { type Credential, createCredential } from '../network/digest.ts'
import { CameraError } from '../ports/cameras.ts'
import type { RtspSource } from './rtsp-door.ts'
import {
  createRtspReader,
  headersOf,
  type RtspMessage,
  statusOf,
  writeMessage,
} from './rtsp-messages.ts'

/**
 * One ffmpeg and its camera. Until the picture plays, requests pass one at a time and each answer
 * is looked at; from then on the camera's bytes pass unread.
 */

const defaultPort = 554
const connectMs = 5_000
/** A camera that plays and says nothing for so long hangs, or the line is cut. */
const silenceMs = 8_000

interface PassageParts {
  socket: Socket
  /** What the socket said first. */
  first: Buffer
  source: RtspSource
  /** What ffmpeg takes the camera's address to be. */
  ownUrl: string
  failed: (error: CameraError) => void
}

const texts = {
  wrongPassword: 'The camera does not accept this user name and password. Set them anew.',
  unreachable: 'The camera cannot be reached. Check power, cable and address.',
  timeout: 'The camera answers no more. Check it and the line to it.',
  redirect: 'The camera points to another address, which is not followed.',
  unsupported: 'The camera offers no picture in a form that is understood.',
} as const

/** Returns how to cut it. */
export function createRtspPassage(parts: PassageParts): () => void {
  const { socket, source, failed } = parts
  const camera = connect({
    host: source.ip,
    port: Number(source.url.port) || defaultPort,
    noDelay: true,
  })
  const requests = createRtspReader()
  const answers = createRtspReader()
  const waiting: RtspMessage[] = []
  let asked: { request: RtspMessage; proven: boolean } | undefined
  let credential: Credential | undefined
  let plays = false
  let isOver = false

  function end(error?: CameraError): void {
    if (isOver) return
    isOver = true
    if (error) failed(error)
    camera.destroy()
    // What has come of the picture still goes to ffmpeg.
    socket.end()
  }

  function forward(request: RtspMessage): void {
    if (isOver) return
    const [method = '', uri = ''] = request.first.split(' ')
    const target = uri.startsWith(parts.ownUrl)
      ? source.url.href + uri.slice(parts.ownUrl.length)
      : uri
    const proof = credential?.answer({ method, uri: target })
    camera.write(
      writeMessage({
        first: `${method} ${target} RTSP/1.0`,
        headers: proof ? [...request.headers, ['Authorization', proof]] : request.headers,
        body: request.body,
      }),
    )
  }

  function askNext(): void {
    const request = asked ? undefined : waiting.shift()
    if (!request) return
    asked = { request, proven: credential !== undefined }
    forward(request)
  }

  /** The first refusal says how to prove who we are; the second says that it is not believed. */
  function prove(answer: RtspMessage, present: NonNullable<typeof asked>): void {
    if (present.proven) return end(new CameraError('wrongPassword', texts.wrongPassword))
    credential = createCredential(headersOf(answer, 'www-authenticate'), source.login)
    asked = { ...present, proven: true }
    forward(present.request)
  }

  function hear(answer: RtspMessage): void {
    const status = statusOf(answer)
    // A request of the camera's own, such as a question whether we are there: no answer is owed.
    if (Number.isNaN(status) || !asked) return
    if (status === 401) return prove(answer, asked)
    if (status >= 300 && status < 400) return end(new CameraError('notAllowed', texts.redirect))
    if (status >= 400) failed(new CameraError('unsupported', `${texts.unsupported} (${status})`))
    plays = asked.request.first.startsWith('PLAY ') && status < 300
    asked = undefined
    socket.write(writeMessage(answer))
    if (plays) play()
    else askNext()
  }

  function play(): void {
    camera.off('data', readAnswers)
    camera.setTimeout(silenceMs)
    const rest = answers.rest()
    if (rest.length > 0) socket.write(rest)
    camera.pipe(socket, { end: false })
    for (const request of waiting.splice(0)) forward(request)
  }

  function guarded(read: () => void): void {
    try {
      read()
    } catch {
      end(new CameraError('unsupported', texts.unsupported))
    }
  }

  function readAnswers(chunk: Buffer): void {
    guarded(() => {
      answers.push(chunk)
      for (let one = answers.next(); one; one = plays || isOver ? undefined : answers.next()) {
        hear(one)
      }
    })
  }

  function readRequests(chunk: Buffer): void {
    guarded(() => {
      requests.push(chunk)
      for (let one = requests.next(); one; one = requests.next()) {
        if (plays) forward(one)
        else waiting.push(one)
      }
      askNext()
    })
  }

  camera.setTimeout(connectMs, () => end(new CameraError('timeout', texts.timeout)))
  camera.on('error', () => end(new CameraError('unreachable', texts.unreachable)))
  camera.on('close', () => end())
  camera.on('data', readAnswers)
  socket.on('data', readRequests)
  socket.on('close', () => end())
  readRequests(parts.first)
  return () => end()
}
