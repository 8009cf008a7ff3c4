import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { voiceType } from '../../../gateway/domain/voice.ts'
import { aVoice } from '../http/phone-kit.ts'

/** What a voice note is, by its first bytes. */

function hasFfmpeg(): boolean {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function recorded(ending: string, codec: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'lianxun-voice-'))
  try {
    const file = join(directory, `voice.${ending}`)
    const sound = ['-f', 'lavfi', '-i', 'sine=duration=0.2', '-c:a', codec, '-strict', '-2']
    execFileSync('ffmpeg', [...sound, file], { stdio: 'ignore' })
    return readFileSync(file)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

describe('the type of a voice note', () => {
  it.runIf(hasFfmpeg())('is told of what encoders write', () => {
    const told = (ending: string, codec: string) => voiceType(recorded(ending, codec))
    expect(told('webm', 'opus')).toBe('audio/webm')
    expect(told('ogg', 'opus')).toBe('audio/ogg')
    expect(told('mp4', 'aac')).toBe('audio/mp4')
    expect(told('aac', 'aac')).toBe('audio/aac')
    expect(told('wav', 'pcm_s16le')).toBeUndefined()
    expect(told('mkv', 'opus')).toBeUndefined()
  })

  it.each<[string, string | Buffer, string | undefined]>([
    ['WebM', aVoice(), 'audio/webm'],
    ['Ogg', 'OggS and so on', 'audio/ogg'],
    ['MP4', '\0\0\0 ftypM4A ', 'audio/mp4'],
    ['AAC', Buffer.from([0xff, 0xf1, 0x50, 0x80]), 'audio/aac'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), undefined],
    ['an MP3', Buffer.from([0xff, 0xfb, 0x90, 0x64]), undefined],
    ['a page', '<html>', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, bytes, type) => {
    expect(voiceType(Buffer.from(bytes as string, 'latin1'))).toBe(type)
  })

  it('is asked of any bytes without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([undefined, 'audio/webm', 'audio/ogg', 'audio/mp4', 'audio/aac']).toContain(
          voiceType(bytes),
        )
      }),
    )
  })
})
