import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TagKind } from '../../../../gateway/domain/patrol.ts'
import { derivePatrolKeys } from '../../../../gateway/patrol/patrol-keys.ts'
import {
  drawTagSheet,
  type SheetLabel,
  type TagSheet,
} from '../../../../gateway/patrol/sheet/tag-sheet.ts'
import { staticCode } from '../../../../gateway/patrol/static-code.ts'
import { lacksPrograms, run } from '../../../support/programs.ts'

const { code } = derivePatrolKeys(Buffer.alloc(32, 9))
const base = 'http://192.168.31.120:8080'
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-sheet-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function sampleLabels(): Promise<SheetLabel[]> {
  const file = join(import.meta.dirname, '../../../../examples/town/points.csv')
  const [, ...rows] = (await readFile(file, 'utf8')).trim().split('\n')
  return rows.map((row) => {
    const [id = '', name = '', , , , , tag = ''] = row.split(',')
    const place = `${name.slice(0, 3)} · ${name.slice(0, 3)}一组`
    return { id, name, place, tag: tag as TagKind, url: `${base}/c/${staticCode(id, code)}` }
  })
}

async function draw(name: string, over: Partial<TagSheet>): Promise<string> {
  const file = join(directory, `${name}.pdf`)
  const sheet = { town: '云岭镇', labels: [], perPage: 6, language: 'zh', at: 0, ...over } as const
  await writeFile(file, await drawTagSheet(sheet))
  return file
}

async function textOf(file: string): Promise<string> {
  return (await run('pdftotext', ['-layout', file, '-'])).text
}

/** What a reader of codes finds on the pages, each rendered as a printer would. */
async function codesOf(file: string, dotsPerInch: number): Promise<string[]> {
  const pages = await mkdtemp(join(directory, 'pages-'))
  await run('pdftoppm', ['-r', String(dotsPerInch), '-gray', file, join(pages, 'page')])
  const found: string[] = []
  for (const page of (await readdir(pages)).toSorted()) {
    // It says on stderr that it has no D-Bus.
    const { text } = await run('zbarimg', ['--quiet', '--raw', '--nodbus', join(pages, page)])
    found.push(...text.split('\n').filter((line) => line.startsWith('http')))
  }
  return found
}

/** Those of the labels, all of them and no others. */
async function expectCodes(file: string, labels: readonly SheetLabel[]): Promise<void> {
  const expected = new Set(labels.map(({ url }) => url))
  const found = new Set<string | null>()
  // Codes beside each other confuse the reader now and then; at another size it finds them.
  for (const dotsPerInch of [150, 200, 300]) {
    if (found.size < expected.size) {
      for (const url of await codesOf(file, dotsPerInch)) found.add(url)
    }
  }
  expect(found).toEqual(expected)
}

describe.skipIf(
  lacksPrograms('tag sheets', 'pdftoppm', 'pdftotext', 'pdfinfo', 'pdffonts', 'zbarimg'),
)('a tag sheet', () => {
  it.each([
    [6, 8],
    [12, 4],
  ] as const)(
    'with %i a page: every code of the town is read from the print',
    async (perPage, pages) => {
      const labels = await sampleLabels()
      expect(labels).toHaveLength(48)
      const file = await draw(`town-${perPage}`, { labels, perPage })
      expect((await run('pdfinfo', [file])).text).toMatch(new RegExp(`Pages: +${pages}\n`))
      await expectCodes(file, labels)
    },
  )

  it('names each point, its place and id, the town, and what to do', async () => {
    const labels = await sampleLabels()
    const text = await textOf(await draw('words', { labels, perPage: 12 }))
    for (const { id, name, place } of labels) {
      expect(text).toContain(name)
      expect(text).toContain(place)
      expect(text).toMatch(new RegExp(`\\b${id}\\b`))
    }
    expect(text.split('云岭镇')).toHaveLength(49)
    expect(text.match(/扫码打卡/g)?.length).toBe(48)
    expect(text.match(/手机碰一碰，或扫码打卡/g)?.length).toBe(32)
  })

  it('speaks English when asked to', async () => {
    const labels = (await sampleLabels()).slice(0, 2)
    const text = await textOf(await draw('english', { labels, language: 'en' }))
    expect(text).toContain('Tap with your phone, or scan')
    expect(text).toContain('Scan to check in')
    expect(text).not.toContain('打卡')
  })

  it('says in words what no paper can show', async () => {
    const [one, other] = await sampleLabels()
    if (!one || !other) throw new Error('no points')
    const labels: SheetLabel[] = [
      { ...one, tag: 'qrRotating', url: null },
      { ...other, tag: 'reader', url: null },
    ]
    const file = await draw('instead', { labels })
    const text = await textOf(file)
    expect(text).toContain('这里的码显示在屏幕上')
    expect(text).toContain('这里有读卡器')
    expect(await codesOf(file, 150)).toEqual([])
  })

  it('keeps long names on their label, and marks what it has to leave out', async () => {
    const [one, other] = await sampleLabels()
    if (!one || !other) throw new Error('no points')
    const name = '青石村林区入口东侧护林防火检查站旁第三根电线杆下面的宣传栏背面'
    const place = '马鞍子土家族苗族自治村 · 第十二网格（老屋场片区）'
    const labels = [
      { ...one, name, place },
      { ...other, name: name.repeat(4), id: 'a-very-long-id.of-a-point_'.repeat(2) },
    ]
    const file = await draw('long', { labels, perPage: 12 })
    expect((await run('pdfinfo', [file])).text).toMatch(/Pages: +1\n/)
    const text = await textOf(file)
    expect(text.replaceAll(/\s/g, '')).toContain('一组')
    expect(text).toContain('…')
    await expectCodes(file, labels)
  })

  it('carries its letters along, only those it uses, and prints boxes for what no font has', async () => {
    const [one] = await sampleLabels()
    if (!one) throw new Error('no points')
    const file = await draw('fonts', { labels: [{ ...one, name: '\u{20bb7}家坝' }] })
    const fonts = (await run('pdffonts', [file])).text
    for (const weight of [400, 700]) {
      expect(fonts).toMatch(
        new RegExp(`NotoSansSC-${weight} +CID TrueType +Identity-H +yes yes yes`),
      )
    }
    expect(await textOf(file)).toContain('家坝')
    expect((await readFile(file)).length).toBeLessThan(60_000)
  })
})

describe('a large tag sheet', () => {
  it('stays small as a file', async () => {
    const labels = await sampleLabels()
    const many = Array.from({ length: 500 }, (_, index) => labels[index % 48] as SheetLabel)
    const sheet = { town: '云岭镇', perPage: 12, language: 'zh', at: 0 } as const
    expect((await drawTagSheet({ ...sheet, labels: many })).length).toBeLessThan(1_500_000)
  })
})
