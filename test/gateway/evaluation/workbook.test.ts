import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Evaluation, EvaluationRow } from '../../../gateway/domain/evaluation.ts'
import { evaluationWorkbook, plainText } from '../../../gateway/evaluation/workbook.ts'

function row(name: string, over: Partial<EvaluationRow> = {}): EvaluationRow {
  return {
    id: name,
    name,
    opened: 12,
    closed: 9,
    onTime: { accept: 0.5, dispatch: 1, sign: null, handle: 0.25 },
    returnRate: 0.125,
    reworkRate: null,
    medianMinutes: { accept: 2.5, dispatch: 4, sign: null, handle: 61, close: 90 },
    meanScore: 4.5,
    points: 81.3,
    ...over,
  }
}

const evaluation: Evaluation = {
  month: '2026-11',
  villages: [
    row('双桥村', { id: '990101101201' }),
    row('没有工单的村', { points: null, opened: 0 }),
  ],
  units: [row('=HYPERLINK("http://x","应急办")')],
  teams: [row('@红袖标<1>&队\u0007')],
  devices: [
    {
      id: 'v1-cam1',
      name: '+86 摄像机',
      village: '990101101201',
      alarms: 8,
      falseAlarms: 2,
      falseAlarmRate: 0.25,
    },
  ],
  excluded: { deviceFaults: 3, plannedBurns: 0, suspendedMinutes: 61.5, offlineMinutes: 480 },
  days: [],
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const unescape = (text: string) =>
  text.replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)

/** Files of a ZIP by the directory at its end (APPNOTE 4.3.12). */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\u0005\u0006') + 16)
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [nameLength, extra, comment] = [28, 30, 32].map((of) => bytes.readUInt16LE(at + of))
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20))
    const isPacked = bytes.readUInt16LE(at + 10) === 8
    files.set(name, (isPacked ? inflateRawSync(packed) : packed).toString('utf8'))
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return files
}

function column(reference: string): number {
  return Array.from(reference).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** Sheets by name, each as rows of what its cells say. */
async function read(of: Evaluation): Promise<Record<string, (string | number | null)[][]>> {
  const files = unzip(await evaluationWorkbook(of))
  const text = (path: string) => files.get(path) ?? ''
  const shared = [...text('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(
    ([, one = '']) =>
      unescape([...one.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, part]) => part).join('')),
  )
  const names = [...text('xl/workbook.xml').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(
    ([, name]) => name,
  )
  return Object.fromEntries(
    names.map((name, index) => {
      const xml = text(`xl/worksheets/sheet${index + 1}.xml`)
      expect(xml).not.toContain('<f>')
      const rows = [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, cells = '']) => {
        const row: (string | number | null)[] = []
        for (const [, attributes = '', inner = ''] of cells.matchAll(
          /<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs,
        )) {
          const value = /<v>(.*?)<\/v>/.exec(inner)?.[1]
          if (value === undefined) continue
          const isText = attributes.includes('t="s"')
          row[column(/r="([A-Z]+)/.exec(attributes)?.[1] ?? 'A')] = isText
            ? (shared[Number(value)] ?? null)
            : Number(value)
        }
        return row
      })
      return [name, rows]
    }),
  )
}

describe('the workbook', () => {
  it('has a sheet for each ranking, the devices and how it was counted', async () => {
    expect(Object.keys(await read(evaluation))).toEqual(['村', '单位', '队伍', '设备', '说明'])
  })

  it('says every figure under its name', async () => {
    const { 村: [head = [], first = [], second = []] = [] } = await read(evaluation)
    const said = Object.fromEntries(head.map((name, at) => [name, first[at]]))
    expect(said).toMatchObject({
      名次: 1,
      村: '双桥村',
      得分: 81.3,
      受理件数: 12,
      办结件数: 9,
      受理按期率: 0.5,
      处置按期率: 0.25,
      退回率: 0.125,
      '受理用时中位数（分钟）': 2.5,
      '办结用时中位数（分钟）': 90,
      平均评分: 4.5,
    })
    expect(head).toHaveLength(17)
    expect(first[7]).toBeUndefined()
    expect(second).toContain('没有工单的村')
    expect(second).not.toContain(2)
  })

  it('devices and what was left out', async () => {
    const sheets = await read(evaluation)
    expect(sheets['设备']?.[1]).toEqual(['v1-cam1', "'+86 摄像机", '双桥村', 8, 2, 0.25])
    expect(sheets['说明']?.at(-2)).toEqual(['不计入：挂账（分钟）', 61.5])
    expect(sheets['说明']?.at(-1)).toEqual(['不计入：设备离线（分钟）', 480])
  })

  it('holds no formula, whatever somebody called a unit or a team', async () => {
    const sheets = await read(evaluation)
    expect(sheets['单位']?.[1]).toContain(`'=HYPERLINK("http://x","应急办")`)
    expect(sheets['队伍']?.[1]).toContain("'@红袖标<1>&队")
  })

  it('an empty month is a workbook too', async () => {
    const empty = { ...evaluation, villages: [], units: [], teams: [], devices: [] }
    expect((await read(empty))['村']).toHaveLength(1)
  })
})

describe('plain text', () => {
  it.each([
    ['应急办', '应急办'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['一\u0000二\u001b', '一二'],
    ['\ud800坏', '坏'],
    ['村🙂', '村🙂'],
    ['', ''],
  ])('%j → %j', (text, plain) => expect(plainText(text)).toBe(plain))
})
