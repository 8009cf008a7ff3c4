import type { TagBook, TagReading } from '../ports/tags.ts'
import type { PatrolKeys } from './patrol-keys.ts'
import { isReaderMac } from './reader-mac.ts'
import { readRotatingCode } from './rotating-code.ts'
import { readStaticCode } from './static-code.ts'
import { createSunVerifier, parseSun } from './sun.ts'

/**
 * Which point a tag stands for and how well it proves it. What does not look like ours is unknown;
 * what looks like ours and does not verify is forged. The host of an address proves nothing and is
 * not looked at: stickers outlive the name that a town's gateway had when they were printed.
 */

interface TagPoints {
  has(id: string): Promise<boolean>
  /** By UID in upper-case hex. */
  byUid(uid: string): Promise<string | undefined>
}

export interface TagBookParts {
  keys: () => Promise<PatrolKeys>
  points: TagPoints
}

const longestUrl = 512
const address = /^https?:\/\/[^/?#\s\\@]+\/(c\/|tag\?)([\x21-\x7e]+)$/
const unknown: TagReading = { kind: 'refused', refusal: 'unknownTag', point: null }
const forged = (point: string | null): TagReading => ({ kind: 'refused', refusal: 'forged', point })

function uidOf(tag: string): string | undefined {
  const hex = tag.replace(/[\s:-]/g, '').toUpperCase()
  return /^([0-9A-F]{2}){4,10}$/.test(hex) ? hex : undefined
}

export function createTagBook({ keys, points }: TagBookParts): TagBook {
  async function known(id: string | undefined): Promise<string | null> {
    return id !== undefined && (await points.has(id)) ? id : null
  }

  async function readSun(query: string): Promise<TagReading> {
    const message = parseSun(query)
    if (!message) return forged(null)
    const tap = createSunVerifier(await keys()).verify(message)
    if (!tap) return forged(null)
    const point = await points.byUid(tap.uid)
    if (point === undefined) return unknown
    const once = { kind: 'counter', uid: tap.uid, counter: tap.counter } as const
    return { kind: 'genuine', point, grade: 'cryptographic', once }
  }

  async function readCode(code: string, at: number): Promise<TagReading> {
    const own = await keys()
    const rotating = readRotatingCode(code, own.rotatingOf, at)
    if (rotating) {
      const point = await known(rotating.point)
      const { step } = rotating
      if (step === null) return forged(point)
      if (point === null) return unknown
      return { kind: 'genuine', point, grade: 'dynamic', once: { kind: 'step', point, step } }
    }
    const printed = readStaticCode(code, own.code)
    if (!printed) return forged(null)
    const point = await known(printed.point)
    if (!printed.isGenuine) return forged(point)
    if (point === null) return unknown
    return { kind: 'genuine', point, grade: 'static', once: null }
  }

  async function readUrl(url: string, at: number): Promise<TagReading> {
    const found = url.length > longestUrl ? null : address.exec(url)
    if (!found) return unknown
    const [, way, rest] = found as unknown as [string, string, string]
    return way === 'c/' ? readCode(rest, at) : readSun(rest)
  }

  return {
    async read({ tag, url, point: named, at }) {
      if (url !== undefined) return readUrl(url, at)
      const uid = uidOf(tag)
      if (tag !== 'manual' && uid === undefined) return unknown
      const point = uid === undefined ? await known(named) : await points.byUid(uid)
      if (point === null || point === undefined) return unknown
      return { kind: 'genuine', point, grade: uid === undefined ? 'manual' : 'static', once: null }
    },
    async isSignedByReader(message, mac) {
      return isReaderMac((await keys()).readerOf(message.device), message, mac)
    },
  }
}
